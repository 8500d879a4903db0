import { assertEquals } from "@std/assert";
import { randomNumbers } from "../_sentencepiece_random.ts";
import { UnigramLattice } from "./unigram_lattice.ts";

const pieces = new Map([["a", -2.5], ["b", -2], ["ab", -3], ["ba", -2.25], ["aba", -4], [
  "bb",
  -5,
]]);
const names = [...pieces.keys()];

function latticeOf(text: string): UnigramLattice {
  const lattice = new UnigramLattice(text.length);
  for (let begin = 0; begin < text.length; begin++) {
    for (const [id, name] of names.entries()) {
      if (!text.startsWith(name, begin)) continue;
      lattice.add(begin, begin + name.length, { id, score: pieces.get(name)! });
    }
  }
  return lattice;
}

/** All cuts and their scores, best first. */
function allCuts(text: string): { cut: string; score: number }[] {
  if (text === "") return [{ cut: "", score: 0 }];
  return names.filter((name) => text.startsWith(name)).flatMap((name) =>
    allCuts(text.slice(name.length)).map(({ cut, score }) => ({
      cut: `${name} ${cut}`,
      score: score + pieces.get(name)!,
    }))
  ).sort((a, b) => b.score - a.score);
}

const spell = (ids: Int32Array) => Array.from(ids, (id) => names[id] + " ").join("");

Deno.test("UnigramLattice.best() finds the best of all cuts, in order", () => {
  for (const text of ["", "a", "ab", "abab", "ababbaba", "bbbbbb"]) {
    const all = allCuts(text);
    for (const count of [1, 2, 7, 1000]) {
      const best = latticeOf(text).best(count);
      assertEquals(best.map(({ score }) => score), all.slice(0, count).map(({ score }) => score));
      const scores = new Map(all.map(({ cut, score }) => [cut, score]));
      for (const { ids, score } of best) assertEquals(scores.get(spell(ids)), score);
      assertEquals(new Set(best.map(({ ids }) => spell(ids))).size, best.length);
    }
  }
});

Deno.test("UnigramLattice.best() bounds its work on a long text", () => {
  const best = latticeOf("ab".repeat(3000)).best(50);
  assertEquals(best.length, 50);
  assertEquals(new Set(best.map(({ ids }) => spell(ids))).size, 50);
  for (const [i, { score }] of best.entries()) {
    if (i > 0) assertEquals(best[i - 1].score >= score, true);
  }
});

Deno.test("UnigramLattice.sample() draws cuts as often as exp(alpha * score) says", () => {
  const draws = 20_000;
  for (const alpha of [0, 0.5, 2]) {
    const random = randomNumbers(11);
    const lattice = latticeOf("ababba");
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const cut = spell(lattice.sample(alpha, random));
      counts.set(cut, (counts.get(cut) ?? 0) + 1);
    }
    const all = allCuts("ababba");
    const weights = all.map(({ score }) => Math.exp(alpha * score));
    const sum = weights.reduce((a, b) => a + b);
    let squares = 0;
    for (const [i, { cut }] of all.entries()) {
      const expected = weights[i] / sum * draws;
      squares += (expected - (counts.get(cut) ?? 0)) ** 2 / expected;
      counts.delete(cut);
    }
    assertEquals(counts.size, 0, "a cut that is none");
    // Chi-squared with n - 1 degrees of freedom has mean n - 1 and variance 2 (n - 1).
    const freedom = all.length - 1;
    assertEquals(squares < freedom + 5 * Math.sqrt(2 * freedom), true, `${squares} at ${freedom}`);
  }
});

Deno.test("UnigramLattice.sample() with a large alpha gives the best cut", () => {
  const ids = latticeOf("ababbaba").sample(1000, randomNumbers(1));
  const cut = allCuts("ababbaba").find(({ cut }) => cut === spell(ids));
  assertEquals(cut?.score, allCuts("ababbaba")[0].score);
});
