import { assertAlmostEquals, assertEquals } from "@std/assert";
import { PieceLattice } from "./_piece_lattice.ts";
import { pieceText, type SeedPieces, seedPieces, trainingText } from "./_seed_pieces.ts";
import { digamma, prune } from "./_unigram_em.ts";

const rules = {
  maxLength: 16,
  splitByUnicodeScript: true,
  splitByNumber: true,
  splitDigits: false,
};

function textOf(counts: Record<string, [count: number, last: number]>, rare = "") {
  const words = Object.keys(counts).sort();
  const characters = new Map([...new Set(words.join(""))].map((c) => [c, 1]));
  for (const c of rare) characters.delete(c);
  return trainingText({
    words,
    counts: Float64Array.from(words, (word) => counts[word][0]),
    lastCounts: Float64Array.from(words, (word) => counts[word][1]),
  }, characters);
}

function seeds(text: ReturnType<typeof textOf>, options = {}): Record<string, number> {
  const found: SeedPieces = seedPieces(text, { ...rules, ...options }, 1000);
  const byText: Record<string, number> = {};
  for (let i = 0; i < found.starts.length; i++) {
    byText[pieceText(text, found.starts[i], found.lengths[i])] = found.weights[i];
  }
  return byText;
}

Deno.test("digamma() equals known values", () => {
  assertAlmostEquals(digamma(1), -0.5772156649015329, 1e-9); // minus Euler's constant
  assertAlmostEquals(digamma(0.5), -1.9635100260214235, 1e-9);
  assertAlmostEquals(digamma(100), 4.600161852738087, 1e-9);
});

Deno.test("seedPieces() finds substrings that two different characters follow", () => {
  // ▁ab is followed by c and d (3 + 2 times); ab, b likewise; c only ever by the next word.
  const found = seeds(textOf({ "▁abc": [3, 0], "▁abd": [2, 0] }));
  assertEquals(found, { "▁": 5, a: 5, b: 5, c: 3, d: 2, "▁ab": 15, ab: 10 });
});

Deno.test("seedPieces() takes a whole word that stands inside and at the end of lines", () => {
  const found = seeds(textOf({ "▁abc": [3, 1] }));
  assertEquals(found["▁abc"], 12);
  assertEquals(found["abc"], 9);
  assertEquals(found["▁ab"], undefined);
});

Deno.test("seedPieces() keeps to scripts, numbers, rare characters and the length", () => {
  const text = textOf({ "▁ab12": [3, 1], "▁aбв": [2, 1], "▁xyqz": [4, 1] }, "q");
  const found = Object.keys(seeds(text)).filter((piece) => piece.length > 1).sort();
  // ▁ goes with every script; q is too rare to be in a piece.
  assertEquals(found, ["12", "бв", "▁a"]);
  const digits = seeds(text, { splitDigits: true });
  assertEquals(Object.keys(digits).some((piece) => /.1|1./.test(piece)), false);
  const free = seeds(text, { splitByUnicodeScript: false, splitByNumber: false });
  assertEquals(free["▁aбв"] > 0 && free["ab12"] > 0, true);
  assertEquals(
    Object.keys(seeds(text, { maxLength: 1 })).every((piece) => piece.length === 1),
    true,
  );
});

Deno.test("PieceLattice.expectedCounts() equals the sum over all cuts", () => {
  // Word aaa, 2 times; pieces a (log 1/2) and aa (log 1/4): a a a has 1/8, a aa 1/8, aa a 1/8.
  const text = textOf({ aaa: [2, 1] });
  const lattice = new PieceLattice(text, {
    starts: Int32Array.from([0, 0]),
    lengths: Uint16Array.from([1, 2]),
    weights: Float64Array.from([1, 1]),
    offsets: Uint32Array.from([0, 2, 4, 5, 5]),
    edges: Int32Array.from([0, 1, 0, 1, 0]),
  });
  lattice.scores = Float64Array.from([Math.log(1 / 2), Math.log(1 / 4)]);
  const [single, double] = lattice.expectedCounts();
  assertAlmostEquals(single, 2 * (3 + 1 + 1) / 3, 1e-12);
  assertAlmostEquals(double, 2 * (1 + 1) / 3, 1e-12);
  assertEquals(lattice.alternative(0, -99), undefined);
  assertEquals(lattice.alternative(1, -99), []); // a a is as probable as aa
  lattice.scores[1] += 0.1;
  assertEquals(lattice.alternative(1, -99), [0, 0]);
  assertEquals([...lattice.bestCounts()], [2, 2]);
});

Deno.test("PieceLattice.expectedCounts() survives words whose probability underflows", () => {
  const size = 2000;
  const text = textOf({ ["a".repeat(size)]: [1, 0] });
  const lattice = new PieceLattice(text, {
    starts: Int32Array.from([0]),
    lengths: Uint16Array.from([1]),
    weights: Float64Array.from([1]),
    offsets: Uint32Array.from({ length: size + 2 }, (_, p) => Math.min(p, size)),
    edges: new Int32Array(size),
  });
  for (const score of [-20, -0.1]) {
    lattice.scores[0] = score;
    assertAlmostEquals(lattice.expectedCounts()[0], size, 1e-6);
  }
});

Deno.test("prune() keeps more pieces than a call may have arguments", () => {
  // Words of two of 500 letters; the pieces are the letters and the words.
  const letters = 500;
  const words = 200_000;
  const letter = (i: number) => String.fromCharCode(0x4e00 + i);
  const counts: Record<string, [number, number]> = {};
  for (let i = 0; i < words; i++) {
    counts[letter(Math.floor(i / letters)) + letter(i % letters)] = [2, 1];
  }
  const edges: number[] = [];
  const offsets: number[] = [];
  for (let w = 0; w < words; w++) {
    offsets.push(3 * w, 3 * w + 2, 3 * w + 3);
    edges.push(Math.floor(w / letters), letters + w, w % letters);
  }
  const lattice = new PieceLattice(textOf(counts), {
    starts: Int32Array.from({ length: letters + words }, (_, i) => 3 * Math.max(0, i - letters)),
    lengths: Uint16Array.from({ length: letters + words }, (_, i) => i < letters ? 1 : 2),
    weights: new Float64Array(letters + words).fill(1),
    offsets: Uint32Array.from([...offsets, 3 * words]),
    edges: Int32Array.from(edges),
  });
  prune(lattice, words - 1000, 2 * words);
  assertEquals(lattice.size, words - 1000);
});
