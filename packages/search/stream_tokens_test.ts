import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { generate } from "./generate.ts";
import { streamTokens } from "./stream_tokens.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";
import type { GeneratedToken, GenerateOptions } from "./types.ts";

const TOKENS = { startTokenId: 1, eosTokenId: 0 };
const SENTENCES = [5, 1, 9];

const WAYS: Record<string, GenerateOptions> = {
  greedy: {},
  "greedy, all logits": { repetitionPenalty: 1.2 },
  sampling: { doSample: true, seed: 5, temperature: 2, numReturnSequences: 2 },
  beams: { numBeams: 4 },
  "beams that run long": { numBeams: 3, lengthPenalty: 2, earlyStopping: "never" },
  "beams, stop sequences": { numBeams: 3, numReturnSequences: 2, stopSequences: [[3], [7, 8]] },
};

const search = (decoder: HashDecoder, options: GenerateOptions) =>
  generate(decoder, decoder.start(SENTENCES), {
    batchSize: SENTENCES.length,
    maxNewTokens: [14, 3, 9],
    ...TOKENS,
    ...options,
  });

for (const [name, options] of Object.entries(WAYS)) {
  Deno.test(`onToken gets the tokens of the result, in order and in time: ${name}`, async () => {
    for (const eosBias of [-1, 1, 2]) {
      const decoder = new HashDecoder(20, { eosBias, findsTop: true });
      const seen = new Map<string, GeneratedToken[]>();
      const found = await search(decoder, {
        ...options,
        onToken(token) {
          const row = `${token.sentence} ${token.sequence}`;
          seen.set(row, [...seen.get(row) ?? [], token]);
          // A search of one path tells each token in the step that decided it.
          if (!options.numBeams) assertEquals(token.step, decoder.stepRows.length - 1);
        },
      });
      found.forEach((hypotheses, sentence) =>
        hypotheses.forEach(({ ids, tokenLogProbs }, sequence) => {
          if (options.numBeams && sequence > 0) return;
          assertEquals(
            seen.get(`${sentence} ${sequence}`),
            ids.map((id, step) => {
              const last = step === ids.length - 1;
              return { sentence, sequence, step, id, logProb: tokenLogProbs[step], last };
            }),
          );
          seen.delete(`${sentence} ${sequence}`);
        })
      );
      assertEquals(seen.size, 0);
      assertEquals(found, await search(decoder, options));
    }
  });
}

Deno.test("onToken tells of beams what they agree on, before the search ends", async () => {
  // Both beams begin with 2, 3; then they differ.
  const next: Record<number, number[]> = {
    1: [0, 0, 1, 0, 0],
    2: [0, 0, 0, 1, 0],
    3: [0.1, 0, 0, 0.5, 0.4],
    4: [1, 0, 0, 0, 0],
  };
  let steps = 0;
  const decoder = {
    vocabSize: 5,
    step: (ids: Int32Array, state: null) => {
      steps++;
      return Promise.resolve({
        logits: Float32Array.from([...ids].flatMap((id) => next[id].map(Math.log))),
        state,
      });
    },
    select: () => null,
    release: () => {},
  };
  const told: [id: number, step: number][] = [];
  const [[best]] = await generate(decoder, null, {
    batchSize: 1,
    ...TOKENS,
    numBeams: 2,
    maxNewTokens: 6,
    onToken: ({ id }) => told.push([id, steps]),
  });
  assertEquals(told.map(([id]) => id), best.ids);
  assertEquals(told.slice(0, 2), [[2, 1], [3, 2]]);
  assert(told[2][1] > 3, "told of what one beam alone had taken");
});

Deno.test("streamTokens() gives what onToken gets, and returns the result", async () => {
  const decoder = new HashDecoder(20);
  const told: GeneratedToken[] = [];
  const expected = await search(decoder, { onToken: (token) => told.push(token) });
  const stream = streamTokens((hooks) => search(decoder, hooks));
  const seen: GeneratedToken[] = [];
  let next = await stream.next();
  for (; !next.done; next = await stream.next()) seen.push(next.value);
  assertEquals(seen, told);
  assertEquals(next.value, expected);
});

Deno.test("streamTokens() starts nothing before a token is asked for", async () => {
  const stream = streamTokens(() => {
    throw new Error("It was started");
  });
  await stream.return(undefined as never);
});

Deno.test("leaving streamTokens() takes at most one step more and releases the state", async () => {
  for (const options of [{}, { doSample: true, seed: 1 }, { numBeams: 3 }]) {
    const decoder = new HashDecoder(20, { eosBias: -100 });
    let steps = 0;
    const stream = streamTokens((hooks) => search(decoder, { ...options, ...hooks }));
    for await (const { step } of stream) {
      steps = decoder.stepRows.length;
      if (step === 2) break;
    }
    assertEquals(decoder.liveStates, 0);
    const { length } = decoder.stepRows;
    assert(length <= steps + 1 && length < 14, `${length} steps after ${steps}`);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(decoder.stepRows.length, length);
  }
});

Deno.test("streamTokens() throws the signal's reason and tells of no further token", async () => {
  const decoder = new HashDecoder(20, { eosBias: -100 });
  const controller = new AbortController();
  const reason = new Error("The reader has left");
  const seen: GeneratedToken[] = [];
  const failed = await assertRejects(async () => {
    const { signal } = controller;
    for await (const token of streamTokens((hooks) => search(decoder, hooks), { signal })) {
      seen.push(token);
      if (token.step === 1) controller.abort(reason);
    }
  });
  assertStrictEquals(failed, reason);
  assertEquals(seen.map(({ sentence, step }) => [sentence, step]), [[0, 0], [1, 0], [2, 0], [
    0,
    1,
  ]]);
  assertEquals(decoder.liveStates, 0);
});

Deno.test("onToken hears nothing more once it has aborted, and its own error ends the search", async () => {
  const decoder = new HashDecoder(20, { eosBias: -100 });
  const controller = new AbortController();
  let told = 0;
  const onToken = () => {
    if (++told === 4) controller.abort(); // the first of three rows, in the second step
  };
  await assertRejects(() => search(decoder, { onToken, signal: controller.signal }), DOMException);
  assertEquals([told, decoder.stepRows.length, decoder.liveStates], [4, 2, 0]);
  const error = new Error("The socket is closed");
  const thrown = await assertRejects(() =>
    search(decoder, {
      onToken: () => {
        throw error;
      },
    })
  );
  assertStrictEquals(thrown, error);
  assertEquals(decoder.liveStates, 0);
});

Deno.test("streamTokens() passes on an error of the search", async () => {
  const decoder = new HashDecoder(20);
  const stream = streamTokens((hooks) => search(decoder, { ...hooks, maxNewTokens: 0 }));
  await assertRejects(() => stream.next(), RangeError, "maxNewTokens 0");
});
