import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { forceDecode } from "./force_decode.ts";
import { greedySearch } from "./greedy.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";

const TOKENS = { startTokenId: 1, eosTokenId: 0 };

Deno.test("forceDecode() gives greedySearch()'s ids the log-probabilities that it had", async () => {
  const decoder = new HashDecoder(25, { eosBias: 1 });
  const sentences = [2, 3, 4, 5];
  const found = await greedySearch(decoder, decoder.start(sentences), {
    batchSize: 4,
    ...TOKENS,
    maxNewTokens: 20,
    noRepeatNgramSize: 2,
  });
  const targets = found.map(([{ ids }]) => ids);
  const scored = await forceDecode(decoder, decoder.start(sentences), targets, TOKENS);
  assertEquals(scored, found.flat());
});

Deno.test("forceDecode() gives a batch of different lengths what it gives each alone", async () => {
  const targets = [[3, 4, 5, 0], [], [7], [9, 9, 9, 9, 9, 9], [2, 0]];
  const sentences = [10, 11, 12, 13, 14];
  const decoder = new HashDecoder(12);
  const together = await forceDecode(decoder, decoder.start(sentences), targets, TOKENS);
  assertEquals(decoder.stepRows, [4, 3, 2, 2, 1, 1]);
  for (const [i, target] of targets.entries()) {
    const alone = await forceDecode(decoder, decoder.start([sentences[i]]), [target], TOKENS);
    assertEquals([together[i]], alone);
  }
  assertEquals(together.map(({ finished }) => finished), [true, false, false, false, true]);
  assertEquals(decoder.liveStates, 0);
});

Deno.test("forceDecode() scores an empty target 0", async () => {
  const decoder = new HashDecoder(12);
  assertEquals(await forceDecode(decoder, decoder.start([1]), [[]], TOKENS), [
    { ids: [], logProb: 0, score: 0, finished: false, tokenLogProbs: [] },
  ]);
});

Deno.test("forceDecode() makes the probabilities of all one-token targets add up to 1", async () => {
  const decoder = new HashDecoder(12);
  const targets = Array.from({ length: 12 }, (_, id) => [id]);
  const scored = await forceDecode(decoder, decoder.start(targets.map(() => 7)), targets, TOKENS);
  assertAlmostEquals(scored.reduce((sum, { logProb }) => sum + Math.exp(logProb), 0), 1, 1e-9);
});

Deno.test("forceDecode() names a token outside the vocabulary and releases the state", async () => {
  const decoder = new HashDecoder(12);
  await assertRejects(
    () => forceDecode(decoder, decoder.start([1, 2]), [[3], [4, 12]], TOKENS),
    RangeError,
    "Cannot search with targets[1][1] 12: it must be a token id from 0 to 11",
  );
  assertEquals(decoder.liveStates, 0);
});
