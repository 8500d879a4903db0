import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { generate } from "./generate.ts";
import { greedySearch } from "./greedy.ts";
import { forceDecode } from "./force_decode.ts";
import { sampleSearch } from "./sample.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";
import type { Hypothesis, SearchOptions } from "./types.ts";

const TOKENS = { startTokenId: 1, eosTokenId: 0 };
const ids = (found: Hypothesis[][]) => found.map((row) => row.map(({ ids }) => ids));

async function sample(
  sentences: number[],
  options: Partial<SearchOptions> = {},
): Promise<Hypothesis[][]> {
  const decoder = new HashDecoder(20, { eosBias: 0.5 });
  const found = await sampleSearch(decoder, decoder.start(sentences), {
    batchSize: sentences.length,
    maxNewTokens: 15,
    seed: 7,
    ...TOKENS,
    ...options,
  });
  assertEquals(decoder.liveStates, 0);
  return found;
}

/** Always the same logits. */
const fixed = (logits: number[]) => ({
  vocabSize: logits.length,
  step: (ids: Int32Array, state: null) =>
    Promise.resolve({ logits: Float32Array.from([...ids].flatMap(() => logits)), state }),
  select: () => null,
  release: () => {},
});

Deno.test("sampleSearch() draws tokens as often as they are likely", async () => {
  const share = [0, 0.5, 0.3, 0.15, 0.05];
  const logits = share.map((p) => Math.log(p));
  const draws = 20_000;
  for (const seed of [1, 2]) {
    const [[{ ids }]] = await sampleSearch(fixed(logits), null, {
      batchSize: 1,
      ...TOKENS,
      seed,
      maxNewTokens: draws,
    });
    let chiSquare = 0;
    for (const id of [1, 2, 3, 4]) {
      const expected = draws * share[id];
      chiSquare += (ids.filter((drawn) => drawn === id).length - expected) ** 2 / expected;
    }
    assert(chiSquare < 11.3, `chi-square ${chiSquare}: 3 degrees of freedom exceed 11.3 in 1 %`);
    // What follows a token does not depend on it.
    const after = ids.filter((_, i) => i > 0 && ids[i - 1] === 2);
    assertAlmostEquals(after.filter((id) => id === 1).length / after.length, 0.5, 0.03);
  }
});

Deno.test("sampleSearch() gives a row the same in every batch, and every row something else", async () => {
  const together = ids(await sample([3, 3, 3, 8, 5]));
  assertEquals(ids(await sample([3, 3])), together.slice(0, 2));
  assertEquals(ids(await sample([9, 3, 4, 8])).at(3), together[3]);
  assertEquals(new Set(together.slice(0, 3).map(String)).size, 3);
  assertNotEquals(ids(await sample([3], { seed: 8 })), together.slice(0, 1));
  assertNotEquals(ids(await sample([3], { seed: 7 + 2 ** 32 })), together.slice(0, 1));
});

Deno.test("sampleSearch() with a seed for each sentence gives it alone what it gets among others", async () => {
  const together = ids(await sample([3, 8, 5], { seed: [11, 12, 13] }));
  assertEquals(ids(await sample([8], { seed: 12 })), [together[1]]);
  assertEquals(ids(await sample([5, 3], { seed: [13, 11] })), [together[2], together[0]]);
});

Deno.test("sampleSearch() without a seed has seed 0", async () => {
  assertEquals(await sample([1, 2], { seed: undefined }), await sample([1, 2], { seed: 0 }));
});

Deno.test("sampleSearch() returns several samples of each sentence, with the model's log-probabilities", async () => {
  const decoder = new HashDecoder(20, { eosBias: 0.5 });
  const options = { numReturnSequences: 4, maxNewTokens: [15, 3], temperature: 0.7, topK: 8 };
  const found = await sample([3, 8], options);
  assertEquals(found.map((row) => row.length), [4, 4]);
  assertEquals(new Set(ids(found)[0].map(String)).size, 4);
  // More samples do not change the first ones.
  const fewer = await sample([3, 8], { ...options, numReturnSequences: 2 });
  assertEquals(fewer, found.map((row) => row.slice(0, 2)));
  for (const [i, sentence] of [3, 8].entries()) {
    for (const { ids, logProb, score, tokenLogProbs } of found[i]) {
      const [forced] = await forceDecode(decoder, decoder.start([sentence]), [ids], TOKENS);
      assertAlmostEquals(logProb, forced.logProb, 1e-9);
      assertEquals([tokenLogProbs.length, score], [ids.length, logProb / ids.length]);
    }
  }
});

Deno.test("sampleSearch() among one token is greedy search", async () => {
  for (const options of [{ topK: 1 }, { topP: 1e-9 }, { minP: 0.999 }, { temperature: 1e-6 }]) {
    for (const more of [{}, { noRepeatNgramSize: 2, bannedTokenIds: [4], forcedEosTokenId: 0 }]) {
      const decoder = new HashDecoder(20, { eosBias: 0.5 });
      const greedy = await greedySearch(decoder, decoder.start([5, 1, 9]), {
        batchSize: 3,
        maxNewTokens: 15,
        ...TOKENS,
        ...more,
      });
      assertEquals(await sample([5, 1, 9], { ...options, ...more }), greedy);
    }
  }
});

Deno.test("sampleSearch() never draws what its filters and bans exclude", async () => {
  const share = [0.02, 0.5, 0.3, 0.15, 0.03].map(Math.log);
  const drawn = async (options: Partial<SearchOptions>) => {
    const search = { batchSize: 1, ...TOKENS, seed: 3, maxNewTokens: 400, ...options };
    const [[{ ids }]] = await sampleSearch(fixed(share), null, search);
    return [...new Set(ids)].sort();
  };
  assertEquals(await drawn({ topK: 2 }), [1, 2]);
  assertEquals(await drawn({ topP: 0.79 }), [1, 2]);
  assertEquals(await drawn({ topP: 0.81 }), [1, 2, 3]);
  assertEquals(await drawn({ minP: 0.25 }), [1, 2, 3]);
  assertEquals(await drawn({ typicalP: 0.25 }), [2]); // 1.17 nats expected; 0.3 carries 1.2
  assertEquals(await drawn({ bannedTokenIds: [0, 1], topK: 2 }), [2, 3]);
});

Deno.test("sampleSearch() says when every token is banned", async () => {
  await assertRejects(
    () =>
      sampleSearch(fixed([1, 2]), null, {
        batchSize: 1,
        ...TOKENS,
        bannedTokenIds: [0, 1],
        topP: 0.5,
      }),
    RangeError,
    "Cannot continue sentence 0 at step 0: every token is banned",
  );
});

Deno.test("generate() samples with doSample, whatever numBeams is", async () => {
  const decoder = new HashDecoder(20, { eosBias: 0.5 });
  const options = {
    batchSize: 2,
    maxNewTokens: 9,
    ...TOKENS,
    doSample: true,
    seed: 7,
    numBeams: 4,
  };
  const found = await generate(decoder, decoder.start([3, 8]), options);
  assertEquals(ids(found), ids(await sample([3, 8], { maxNewTokens: 9 })));
});

Deno.test("sampleSearch() of an empty batch is empty", async () => {
  assertEquals(await sample([], { numReturnSequences: 3 }), []);
});
