import { assert, assertEquals } from "@std/assert";
import { alignmentErrorRate, formatPharaoh, parsePharaoh } from "@heed/metrics";

const path = new URL("../../testdata/alignment/en-de.tsv", import.meta.url);
const pairs = (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) => {
  const [source, target, alignment, origin] = line.split("\t");
  return { source: source.split(" "), target: target.split(" "), alignment, origin };
});

Deno.test("the reference alignments are 50 or more short sentences, each one once", () => {
  assert(pairs.length >= 50);
  assertEquals(new Set(pairs.map(({ source }) => source.join(" "))).size, pairs.length);
  for (const { source, target, origin } of pairs) {
    const words = source.filter((word) => /[\p{L}\p{N}]/u.test(word));
    assert(words.length >= 3 && words.length <= 9, source.join(" "));
    assert(target.length >= 3 && origin.length > 0, source.join(" "));
  }
});

Deno.test("the reference alignments link words that are there, and most words of each pair", () => {
  for (const { source, target, alignment } of pairs) {
    const links = parsePharaoh(alignment);
    assertEquals(formatPharaoh(links), alignment);
    assertEquals(new Set(links.map((link) => `${link.source} ${link.target}`)).size, links.length);
    assert(links.every((link) => link.source < source.length && link.target < target.length));
    assert(links.some(({ possible }) => !possible), alignment);
    for (const [side, words] of [["source", source], ["target", target]] as const) {
      const linked = new Set(links.map((link) => link[side]));
      const without = words.filter((word, i) => word !== "," && !linked.has(i));
      assert(without.length <= 1, `${words.join(" ")}: ${without.join(" ")}`);
    }
  }
});

Deno.test("the reference alignments are far from word order alone", () => {
  const references = pairs.map(({ alignment }) => parsePharaoh(alignment));
  const diagonal = pairs.map(({ source, target }) =>
    target.map((_, i) => ({
      source: Math.round(i * (source.length - 1) / (target.length - 1)),
      target: i,
    }))
  );
  const { errorRate } = alignmentErrorRate(diagonal, references);
  assert(errorRate > 0.3 && errorRate < 0.6, String(errorRate));
  assertEquals(alignmentErrorRate(references, references).errorRate, 0);
});
