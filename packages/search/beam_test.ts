import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { beamSearch } from "./beam.ts";
import { forceDecode } from "./force_decode.ts";
import { generate } from "./generate.ts";
import { greedySearch } from "./greedy.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";

const TOKENS = { startTokenId: 1, eosTokenId: 0 };

Deno.test("beamSearch() finds the likelier sentence that greedySearch() misses", async () => {
  // From the start 2 is likelier than 3, but 2 goes on in two ways and 3 in one.
  const next: Record<number, number[]> = {
    1: [0, 0, 0.6, 0.4],
    2: [0.5, 0, 0.25, 0.25],
    3: [1, 0, 0, 0],
  };
  const decoder = {
    vocabSize: 4,
    step: (ids: Int32Array, state: null) => {
      const logits = Float32Array.from([...ids].flatMap((id) => next[id].map(Math.log)));
      return Promise.resolve({ logits, state });
    },
    select: () => null,
    release: () => {},
  };
  const options = { batchSize: 1, ...TOKENS, lengthPenalty: 0 };
  const [[greedy]] = await greedySearch(decoder, null, options);
  const [[beam, second]] = await beamSearch(decoder, null, {
    ...options,
    numBeams: 2,
    numReturnSequences: 2,
  });
  assertEquals(greedy.ids, [2, 0]);
  assertEquals(beam.ids, [3, 0]);
  assertEquals(second.ids, [2, 0]);
  assertAlmostEquals(beam.score, Math.log(0.4), 1e-7);
  assertAlmostEquals(second.score, Math.log(0.3), 1e-7);
});

Deno.test("beamSearch() with one beam equals greedySearch()", async () => {
  for (let sentence = 0; sentence < 20; sentence++) {
    const decoder = new HashDecoder(30, { eosBias: 1 });
    const options = {
      batchSize: 1,
      ...TOKENS,
      maxNewTokens: 12,
      bannedTokenIds: [4],
      noRepeatNgramSize: 2,
      earlyStopping: true,
    };
    const [[greedy]] = await greedySearch(decoder, decoder.start([sentence]), options);
    const [[beam]] = await beamSearch(decoder, decoder.start([sentence]), options);
    assertEquals(beam.ids, greedy.ids);
    assertEquals(beam.finished, greedy.finished);
    assertAlmostEquals(beam.score, greedy.score, 1e-6);
  }
});

Deno.test("beamSearch() gives a batch what it gives each sentence alone", async () => {
  const sentences = [5, 1, 9, 4, 7];
  const maxNewTokens = [30, 2, 30, 7, 30];
  const options = { ...TOKENS, numBeams: 4, numReturnSequences: 3, repetitionPenalty: 1.1 };
  const decoder = new HashDecoder(20, { eosBias: 2 });
  const together = await beamSearch(decoder, decoder.start(sentences), {
    batchSize: 5,
    ...options,
    maxNewTokens,
  });
  const widest = decoder.stepRows;
  for (const [i, sentence] of sentences.entries()) {
    const [alone] = await beamSearch(decoder, decoder.start([sentence]), {
      batchSize: 1,
      ...options,
      maxNewTokens: maxNewTokens[i],
    });
    assertEquals(together[i], alone);
  }
  assertEquals(widest.slice(0, 3), [5, 20, 16]); // one row each at first, and one sentence left after 2
});

Deno.test("beamSearch() returns distinct hypotheses, best first", async () => {
  const decoder = new HashDecoder(20, { eosBias: 1 });
  const found = await beamSearch(decoder, decoder.start([1, 2, 3]), {
    batchSize: 3,
    ...TOKENS,
    numBeams: 5,
    numReturnSequences: 5,
    maxNewTokens: 15,
    lengthPenalty: 0.7,
  });
  for (const hypotheses of found) {
    assertEquals(hypotheses.length, 5);
    const scores = hypotheses.map(({ score }) => score);
    assertEquals(scores, scores.toSorted((a, b) => b - a));
    assertEquals(new Set(hypotheses.map(({ ids }) => ids.join())).size, 5);
    for (const { ids, logProb, score, tokenLogProbs, finished } of hypotheses) {
      assertAlmostEquals(score, logProb / ids.length ** 0.7, 1e-12);
      assertEquals(tokenLogProbs.length, ids.length);
      assertEquals(finished, ids.at(-1) === 0);
    }
  }
});

Deno.test("beamSearch() scores a hypothesis as forceDecode() scores its ids", async () => {
  const decoder = new HashDecoder(50, { eosBias: 2 });
  const sentences = [3, 8];
  const found = await beamSearch(decoder, decoder.start(sentences), {
    batchSize: 2,
    ...TOKENS,
    numBeams: 4,
    numReturnSequences: 4,
    maxNewTokens: 20,
    lengthPenalty: 0.6,
  });
  for (const [i, hypotheses] of found.entries()) {
    const rescored = await forceDecode(
      decoder,
      decoder.start(hypotheses.map(() => sentences[i])),
      hypotheses.map(({ ids }) => ids),
      { ...TOKENS, lengthPenalty: 0.6 },
    );
    for (const [j, { ids, logProb, score, finished, tokenLogProbs }] of hypotheses.entries()) {
      assertEquals([rescored[j].ids, rescored[j].finished], [ids, finished]);
      assertAlmostEquals(rescored[j].logProb, logProb, 1e-9);
      assertAlmostEquals(rescored[j].score, score, 1e-9);
      tokenLogProbs.forEach((x, k) => assertAlmostEquals(rescored[j].tokenLogProbs[k], x, 1e-9));
    }
  }
});

Deno.test("beamSearch() returns fewer hypotheses where fewer are possible", async () => {
  const decoder = new HashDecoder(20);
  const [found] = await beamSearch(decoder, decoder.start([1]), {
    batchSize: 1,
    ...TOKENS,
    numBeams: 4,
    numReturnSequences: 4,
    forcedPrefixIds: [[5, 6, 0]],
  });
  assertEquals(found.map(({ ids }) => ids), [[5, 6, 0]]);
});

Deno.test("beamSearch() tells each processor the sentence, the ids and the limit", async () => {
  const decoder = new HashDecoder(20, { eosBias: -100 });
  const seen = new Set<string>();
  await beamSearch(decoder, decoder.start([1, 2]), {
    batchSize: 2,
    ...TOKENS,
    numBeams: 2,
    maxNewTokens: [1, 2],
    logitsProcessors: [(scores, { sentence, ids, step, maxNewTokens }) => {
      assertEquals(scores.length, 20);
      assertAlmostEquals(scores.reduce((sum, x) => sum + Math.exp(x), 0), 1, 1e-6);
      seen.add(`${sentence} ${ids[0]} ${ids.length} ${step} ${maxNewTokens}`);
    }],
  });
  assertEquals(seen, new Set(["0 1 1 0 1", "1 1 1 0 2", "1 1 2 1 2"]));
});

Deno.test("generate() is greedySearch() with one beam and beamSearch() with more", async () => {
  const decoder = new HashDecoder(30, { eosBias: 1 });
  const options = { batchSize: 2, ...TOKENS, maxNewTokens: 9 };
  const start = () => decoder.start([3, 4]);
  const greedy = await greedySearch(decoder, start(), options);
  const beam = await beamSearch(decoder, start(), { ...options, numBeams: 3 });
  assertEquals(await generate(decoder, start(), options), greedy);
  assertEquals(await generate(decoder, start(), { ...options, numBeams: 3 }), beam);
});

Deno.test("beamSearch() says when every token is banned", async () => {
  const decoder = new HashDecoder(3);
  const options = { batchSize: 1, ...TOKENS, numBeams: 2, noRepeatNgramSize: 1, minNewTokens: 9 };
  await assertRejects(
    () => beamSearch(decoder, decoder.start([1]), options),
    RangeError,
    "Cannot continue sentence 0 at step 1: every token is banned",
  );
  assertEquals(decoder.liveStates, 0);
});
