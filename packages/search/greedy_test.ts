import { assertEquals, assertRejects } from "@std/assert";
import { greedySearch } from "./greedy.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";

const TOKENS = { startTokenId: 1, eosTokenId: 0 };

Deno.test("greedySearch() takes the best token of every step", async () => {
  const rows = [[0, 2, 1], [0, 1, 2], [3, 0, 0]];
  const [[found]] = await greedySearch(
    {
      vocabSize: 3,
      step: (_ids, step: number) =>
        Promise.resolve({ logits: Float32Array.from(rows[step]), state: step + 1 }),
      select: (step) => step,
      release: () => {},
    },
    0,
    { batchSize: 1, ...TOKENS },
  );
  assertEquals(found.ids, [1, 2, 0]);
  assertEquals(found.finished, true);
  const first = 2 - Math.log(1 + Math.exp(2) + Math.exp(1));
  const last = 3 - Math.log(Math.exp(3) + 2);
  assertEquals(
    found.tokenLogProbs.map((x) => x.toFixed(9)),
    [first, first, last].map((x) => x.toFixed(9)),
  );
  assertEquals(found.score, found.logProb / 3);
});

Deno.test("greedySearch() gives a batch what it gives each sentence alone", async () => {
  const sentences = [5, 1, 9, 4, 7];
  const options = { ...TOKENS, maxNewTokens: [30, 2, 30, 7, 30], noRepeatNgramSize: 2 };
  const decoder = new HashDecoder(20, { eosBias: 1 });
  const together = await greedySearch(decoder, decoder.start(sentences), {
    batchSize: 5,
    ...options,
  });
  for (const [i, sentence] of sentences.entries()) {
    const [alone] = await greedySearch(decoder, decoder.start([sentence]), {
      batchSize: 1,
      ...options,
      maxNewTokens: options.maxNewTokens[i],
    });
    assertEquals(together[i], alone);
  }
  assertEquals(new Set(together.map(([{ ids }]) => ids.length)).size > 2, true);
});

Deno.test("greedySearch() lets a finished sentence leave the batch", async () => {
  const decoder = new HashDecoder(20, { eosBias: -100 });
  await greedySearch(decoder, decoder.start([1, 2, 3]), {
    batchSize: 3,
    ...TOKENS,
    maxNewTokens: [2, 4, 1],
  });
  assertEquals(decoder.stepRows, [3, 2, 1, 1]);
});

Deno.test("greedySearch() stops at maxNewTokens, the end token counted", async () => {
  const decoder = new HashDecoder(20, { eosBias: -100 });
  const options = { batchSize: 1, ...TOKENS, maxNewTokens: 3 };
  const [[open]] = await greedySearch(decoder, decoder.start([1]), options);
  assertEquals([open.ids.length, open.finished], [3, false]);
  const forced = { ...options, forcedEosTokenId: 0 };
  const [[closed]] = await greedySearch(decoder, decoder.start([1]), forced);
  assertEquals(closed.ids, [...open.ids.slice(0, 2), 0]);
  assertEquals(closed.finished, true);
});

Deno.test("greedySearch() of an empty batch is empty and takes no step", async () => {
  const decoder = new HashDecoder(20);
  assertEquals(await greedySearch(decoder, decoder.start([]), { batchSize: 0, ...TOKENS }), []);
  assertEquals(decoder.stepRows, []);
  assertEquals(decoder.liveStates, 0);
});

Deno.test("greedySearch() says where logits are not numbers", async () => {
  const step = (logits: number[]) =>
    greedySearch(
      {
        vocabSize: 2,
        step: () => Promise.resolve({ logits: Float32Array.from(logits), state: null }),
        select: () => null,
        release: () => {},
      },
      null,
      { batchSize: 2, ...TOKENS },
    );
  await assertRejects(
    () => step([1, 2, NaN, 1]),
    RangeError,
    "Cannot continue sentence 1 at step 0: its logits hold NaN or Infinity",
  );
  await assertRejects(
    () => step([1, 2, Infinity, 1]),
    RangeError,
    "its logits hold NaN or Infinity",
  );
  await assertRejects(
    () => step([1, 2, -Infinity, -Infinity]),
    RangeError,
    "its logits hold nothing but -Infinity",
  );
  await assertRejects(
    () => step([1, 2, 3]),
    TypeError,
    "Cannot read logits of length 3: a step of 2 rows over vocabSize 2 must return 4 values",
  );
});

Deno.test("greedySearch() says when every token is banned", async () => {
  const decoder = new HashDecoder(3);
  const options = { batchSize: 1, ...TOKENS, bannedTokenIds: [0, 1, 2] };
  await assertRejects(
    () => greedySearch(decoder, decoder.start([1]), options),
    RangeError,
    "Cannot continue sentence 0 at step 0: every token is banned",
  );
});
