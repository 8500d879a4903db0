import { assertEquals } from "@std/assert";
import { processorsFromOptions } from "./logits_processors.ts";
import type { LogitsContext, SearchOptions } from "./types.ts";

const BATCH: SearchOptions = { batchSize: 2, startTokenId: 1, eosTokenId: 0 };

/** Scores -1, -2, -3 ... after the processors that the options ask for. */
function changed(
  options: Partial<SearchOptions>,
  context: Partial<LogitsContext> & { ids: number[] },
): (number | string)[] {
  const scores = Float32Array.from({ length: 6 }, (_, id) => -1 - id);
  const full = { sentence: 0, step: context.ids.length - 1, maxNewTokens: 10, ...context };
  for (const change of processorsFromOptions({ ...BATCH, ...options })) change(scores, full);
  return [...scores].map((score) => score === -Infinity ? "-" : score);
}

Deno.test("noRepeatNgramSize bans what would complete an n-gram again", () => {
  const at = (noRepeatNgramSize: number, ids: number[]) => changed({ noRepeatNgramSize }, { ids });
  assertEquals(at(1, [1, 4]), [-1, "-", -3, -4, "-", -6]); // the start token counts
  assertEquals(at(2, [1, 4, 1]), [-1, -2, -3, -4, "-", -6]);
  assertEquals(at(2, [1, 4, 3]), [-1, -2, -3, -4, -5, -6]);
  assertEquals(at(3, [2, 2, 2]), [-1, -2, "-", -4, -5, -6]); // overlapping n-grams
  assertEquals(at(3, [1]), [-1, -2, -3, -4, -5, -6]); // shorter than the n-gram
});

Deno.test("bannedSequences bans the last token after the others alone", () => {
  const bannedSequences = [[3, 4, 5], [2], [1, 1]];
  assertEquals(changed({ bannedSequences }, { ids: [1, 3, 4] }), [-1, -2, "-", -4, -5, "-"]);
  assertEquals(changed({ bannedSequences }, { ids: [1] }), [-1, "-", "-", -4, -5, -6]);
  assertEquals(changed({ bannedSequences }, { ids: [4] }), [-1, -2, "-", -4, -5, -6]);
});

Deno.test("repetitionPenalty applies once to a token that occurred twice", () => {
  assertEquals(changed({ repetitionPenalty: 2 }, { ids: [1, 4, 4] }), [-1, -4, -3, -4, -10, -6]);
});

Deno.test("minNewTokens bans the end token until there are enough", () => {
  assertEquals(changed({ minNewTokens: 1 }, { ids: [1] }), ["-", -2, -3, -4, -5, -6]);
  assertEquals(changed({ minNewTokens: 1 }, { ids: [1, 2] }), [-1, -2, -3, -4, -5, -6]);
});

Deno.test("forcedPrefixIds holds each sentence to its own prefix and then lets go", () => {
  const forcedPrefixIds = [[3], []];
  assertEquals(changed({ forcedPrefixIds }, { ids: [1] }), ["-", "-", "-", -4, "-", "-"]);
  const free = [-1, -2, -3, -4, -5, -6];
  assertEquals(changed({ forcedPrefixIds }, { ids: [1], sentence: 1 }), free);
  assertEquals(changed({ forcedPrefixIds }, { ids: [1, 3] }), free);
});

Deno.test("requiredTokenIds has each token come once, and bans the end until then", () => {
  const requiredTokenIds = [[3, 5], []];
  const at = (ids: number[], sentence = 0) => changed({ requiredTokenIds }, { ids, sentence });
  assertEquals(at([3]), ["-", -2, -3, -4, -5, -6]); // the start token does not count
  assertEquals(at([1, 5, 2]), ["-", -2, -3, -4, -5, "-"]);
  assertEquals(at([1, 5, 3]), [-1, -2, -3, "-", -5, "-"]);
  assertEquals(at([1], 1), [-1, -2, -3, -4, -5, -6]);
});

Deno.test("a forced token is possible even if it is banned", () => {
  const options = { bannedTokenIds: [0, 5], forcedBosTokenId: 5, forcedEosTokenId: 0 };
  assertEquals(changed(options, { ids: [1] }), ["-", "-", "-", "-", "-", 0]);
  assertEquals(changed(options, { ids: [1, 2], step: 9 }), [0, "-", "-", "-", "-", "-"]);
  assertEquals(changed(options, { ids: [1, 2], step: 8 }), ["-", -2, -3, -4, -5, "-"]);
});

Deno.test("the caller's processors come last", () => {
  const options = { bannedTokenIds: [2], logitsProcessors: [(s: Float32Array) => void (s[2] = 7)] };
  assertEquals(changed(options, { ids: [1] }), [-1, -2, 7, -4, -5, -6]);
});
