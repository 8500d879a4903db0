import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { MarianTokenizer, trainUnigram } from "@heed/tokenizer";
import type { EncodedPair } from "@heed/training";
import { pairEncoder, samplingEncoder } from "./_encoder.ts";

const pieces = await trainUnigram(
  ["the red house and the blue house", "a red tree and a blue tree", "the cloud over the tree"],
  { vocabSize: 40, hardVocabLimit: false },
);
const tokenizer = MarianTokenizer.fromUnigram(pieces, {}, ["de", "fr"]);
const source = ">>fr<< the red tree and the house", target = "a blue house and a cloud";
const at = { epoch: 0, file: 0, line: 1 };

Deno.test("pairEncoder() gives what the tokenizer gives, wherever a pair stands", () => {
  const encode = pairEncoder(tokenizer);
  assertEquals(encode(source, target, at), {
    inputIds: tokenizer.encode(source).ids,
    labels: tokenizer.encodeTarget(target).ids,
  });
  assertThrows(() => encode(">>it<< a house", target, at), RangeError, "begins with >>it<<");
});

Deno.test("pairEncoder() leaves out what looks like a language token where the tokenizer has none", () => {
  const encode = pairEncoder(MarianTokenizer.fromUnigram(pieces, {}));
  const found = encode(">>WP2LaTeX<<< a house", target, at);
  assert("problem" in found);
  assertStringIncludes(found.problem, "the source begins with >>WP2LaTeX<<");
  assert("labels" in encode("a house", target, at));
});

Deno.test("samplingEncoder() cuts each place in its own way, always the same", () => {
  const sampling = { alpha: 0.05 };
  const encode = samplingEncoder(tokenizer, { sampling, seed: 1 });
  const places = Array.from({ length: 30 }, (_, i) => ({ epoch: i % 3, file: i % 2, line: i }));
  const drawn = places.map((place) => encode(source, target, place) as EncodedPair);
  const cuts = new Set(drawn.map(({ inputIds }) => inputIds.join(" ")));
  assert(cuts.size > 10, `${cuts.size} cuts`);
  for (const [i, { inputIds, labels }] of drawn.entries()) {
    assertEquals(inputIds[0], tokenizer.tokenToId(">>fr<<"));
    assertEquals(inputIds.at(-1), tokenizer.eosTokenId);
    assertEquals(tokenizer.decode(inputIds), tokenizer.decode(tokenizer.encode(source).ids));
    assertEquals(tokenizer.decode(labels), target);
    assertEquals(encode(source, target, places[i]), drawn[i]);
  }
  const other = samplingEncoder(tokenizer, { sampling, seed: 2 });
  assertNotEquals(places.map((place) => other(source, target, place)), drawn);
  assertThrows(() => encode(">>it<< a house", target, at), RangeError, "begins with >>it<<");
});

Deno.test("samplingEncoder() with a large alpha among few cuts draws the best one", () => {
  const encode = samplingEncoder(tokenizer, { sampling: { alpha: 500, nbestSize: 4 }, seed: 1 });
  assertEquals(encode(source, target, at), pairEncoder(tokenizer)(source, target, at));
});
