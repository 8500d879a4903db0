import { assertEquals, assertRejects } from "@std/assert";
import { generate } from "./generate.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";
import type { GenerateOptions } from "./types.ts";

const TOKENS = { startTokenId: 1, eosTokenId: 0 };
const SENTENCES = [5, 1, 9];

const CASES: Record<string, GenerateOptions> = {
  "nothing banned": {},
  "bans": { bannedTokenIds: [3, 7, 19] },
  "a forced end": { bannedTokenIds: [4], forcedEosTokenId: 0, maxNewTokens: [9, 3, 5] },
  "no repeated n-grams, for which the best few are not enough": { noRepeatNgramSize: 2 },
  "more bans than it is worth": { bannedTokenIds: Array.from({ length: 17 }, (_, i) => i + 2) },
};

for (const numBeams of [1, 4]) {
  for (const [name, options] of Object.entries(CASES)) {
    Deno.test(`generate() finds the same by topTokens: ${name}, ${numBeams} beams`, async () => {
      const [all, top] = await Promise.all([false, true].map(async (findsTop) => {
        const decoder = new HashDecoder(20, { findsTop, eosBias: 0.5 });
        const found = await generate(decoder, decoder.start(SENTENCES), {
          batchSize: SENTENCES.length,
          maxNewTokens: 12,
          ...TOKENS,
          ...options,
          numBeams,
          numReturnSequences: numBeams === 1 ? 1 : 2,
        });
        assertEquals(decoder.liveStates, 0);
        return found;
      }));
      assertEquals(top, all);
    });
  }
}

Deno.test("generate() does not read the logits where topTokens is enough", async () => {
  const decoder = new HashDecoder(20, { findsTop: true });
  const step = decoder.step.bind(decoder);
  decoder.step = async (ids, state) => {
    const result = await step(ids, state);
    return Object.defineProperty(result, "logits", {
      get: () => {
        throw new Error("The logits were read");
      },
    });
  };
  for (const numBeams of [1, 3]) {
    const options = { batchSize: 1, maxNewTokens: 5, numBeams, ...TOKENS };
    await generate(decoder, decoder.start([4]), { ...options, bannedTokenIds: [2] });
    await assertRejects(
      () => generate(decoder, decoder.start([4]), { ...options, repetitionPenalty: 2 }),
      Error,
      "were read",
    );
  }
});

Deno.test("generate() names the sentence and step where topTokens finds no number", async () => {
  const broken = {
    vocabSize: 3,
    step: (ids: Int32Array, state: null) =>
      Promise.resolve({
        logits: new Float32Array(3 * ids.length),
        state,
        topTokens: () => ({
          ids: Int32Array.of(0),
          logits: Float32Array.of(NaN),
          logSumExp: Float32Array.of(NaN),
        }),
      }),
    select: () => null,
    release: () => {},
  };
  for (const numBeams of [1, 2]) {
    await assertRejects(
      () => generate(broken, null, { batchSize: 1, numBeams, ...TOKENS }),
      RangeError,
      "sentence 0 at step 0",
    );
  }
});
