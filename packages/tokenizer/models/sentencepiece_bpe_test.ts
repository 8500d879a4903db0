import { assertEquals, assertThrows } from "@std/assert";
import { randomNumbers } from "../_sentencepiece_random.ts";
import { unitsOf } from "../_utf16.ts";
import { PieceType, type SentencePiece } from "../formats/sentencepiece_model.ts";
import { SentencePieceBpe } from "./sentencepiece_bpe.ts";

const unk: SentencePiece = { piece: "<unk>", score: 0, type: PieceType.UNKNOWN };

/** Pieces from the first to be merged to the last. */
function ranked(pieces: string[], type: PieceType = PieceType.NORMAL): SentencePiece[] {
  return pieces.map((piece, i) => ({ piece, score: -1 - i, type }));
}

Deno.test("SentencePieceBpe merges the best pair first, the leftmost of equals", () => {
  const model = new SentencePieceBpe([unk, ...ranked(["bc", "ab", "aa", "abbc", "a", "b", "c"])]);
  assertEquals(model.encode("abc").tokens, ["a", "bc"]);
  assertEquals(model.encode("aaa").tokens, ["aa", "a"]);
  assertEquals(model.encode("abbc").tokens, ["abbc"]); // bc, ab, abbc
  assertEquals(model.encode("").tokens, []);
});

Deno.test("SentencePieceBpe merges characters that are no pieces of their own", () => {
  const model = new SentencePieceBpe([unk, ...ranked(["x😀", "x😀y", "a"])]);
  assertEquals(model.encode("ax😀yb"), { ids: [3, 2, 0], tokens: ["a", "x😀y", "b"] });
  assertEquals(model.encode("x😁y"), { ids: [0], tokens: ["x😁y"] });
});

Deno.test("SentencePieceBpe falls back to bytes", () => {
  const bytes = Array.from({ length: 256 }, (_, byte): SentencePiece => ({
    piece: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    score: 0,
    type: PieceType.BYTE,
  }));
  const model = new SentencePieceBpe([unk, ...bytes, ...ranked(["a"])], { byteFallback: true });
  assertEquals(model.encode("éa\ud83d").tokens.join(" "), "<0xC3> <0xA9> a <0xEF> <0xBF> <0xBD>");
  assertThrows(
    () => new SentencePieceBpe([unk, ...bytes.slice(1)], { byteFallback: true }),
    SyntaxError,
    "Cannot build BPE model: byteFallback needs 256 byte pieces, but <0x00> is missing",
  );
});

Deno.test("SentencePieceBpe keeps user-defined pieces whole and apart", () => {
  const own = ranked(["ab", "abcd"], PieceType.USER_DEFINED);
  const model = new SentencePieceBpe([unk, ...own, ...ranked(["abc", "bc", "a", "b", "c", "cab"])]);
  assertEquals(model.encode("abc").tokens, ["ab", "c"]);
  assertEquals(model.encode("aabcdcab").tokens, ["a", "abcd", "c", "ab"]);
});

Deno.test("SentencePieceBpe takes unused pieces apart", () => {
  const pieces = ranked(["ab", "cd", "abcd", "a", "b", "c", "d"]);
  pieces[2] = { ...pieces[2], type: PieceType.UNUSED };
  assertEquals(new SentencePieceBpe([unk, ...pieces]).encode("abcd").tokens, ["ab", "cd"]);
  pieces[0] = { ...pieces[0], type: PieceType.UNUSED };
  assertEquals(new SentencePieceBpe([unk, ...pieces]).encode("abcd").tokens, ["a", "b", "cd"]);
});

Deno.test("SentencePieceBpe never makes control pieces", () => {
  const control = { piece: "ab", score: 0, type: PieceType.CONTROL };
  const model = new SentencePieceBpe([unk, control, ...ranked(["a", "b"])]);
  assertEquals(model.encode("ab").ids, [2, 3]);
});

/** The same by the definition: look at all neighbours, merge the best, again. */
function mergeAll(text: string, pieces: readonly SentencePiece[]): string[] {
  const scores = new Map(pieces.map(({ piece, score }) => [piece, score]));
  const symbols = [...text];
  while (true) {
    let best = -1;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const score = scores.get(symbols[i] + symbols[i + 1]);
      if (score === undefined) continue;
      if (best < 0 || score > scores.get(symbols[best] + symbols[best + 1])!) best = i;
    }
    if (best < 0) return symbols;
    symbols.splice(best, 2, symbols[best] + symbols[best + 1]);
  }
}

Deno.test("SentencePieceBpe equals merging by the definition", () => {
  const random = randomNumbers(3);
  const pick = (text: string) => text[Math.floor(random() * text.length)];
  const letters = [..."abc▁"];
  for (let round = 0; round < 20; round++) {
    const longer = new Set<string>();
    // Words begin with ▁ only in every second round: then pieces reach over words.
    while (longer.size < 25) {
      const piece = Array.from({ length: 2 + Math.floor(random() * 4) }, () => pick("abc▁"))
        .join("");
      if (round % 2 === 1 || !/[^▁]▁/.test(piece)) longer.add(piece);
    }
    const pieces = ranked([...letters, ...longer]);
    for (const piece of pieces) if (random() < 0.2) piece.score = -5; // ties
    const model = new SentencePieceBpe([unk, ...pieces]);
    for (let i = 0; i < 40; i++) {
      const text = Array.from({ length: Math.floor(random() * 30) }, () => pick("abc▁")).join("");
      const expected = mergeAll(text, pieces);
      assertEquals(model.encode(text).tokens, expected, text);
      assertEquals(model.encode(text).tokens, expected, "a known word");
      const all = model.sampleUnits(unitsOf(text), { alpha: 0, random });
      assertEquals(all.tokens, expected, "without words");
    }
  }
});

Deno.test("SentencePieceBpe.sampleUnits() leaves merges out with the given probability", () => {
  const model = new SentencePieceBpe([unk, ...ranked(["ab", "a", "b"])]);
  const random = randomNumbers(1);
  const units = unitsOf("ab".repeat(1000));
  assertEquals(model.sampleUnits(units, { alpha: 1, random }).ids.length, 2000);
  const left = model.sampleUnits(units, { alpha: 0.3, random }).ids.length - 1000;
  assertEquals(left > 250 && left < 350, true, `${left} of 1000 merges were left out`);
});

Deno.test("SentencePieceBpe.encode() takes a megabyte without a space, and many words", () => {
  const pieces = ranked(["aa", "aaaa", "aaaaaaaa", "ab", "a", "b", "▁a", "▁"]);
  const model = new SentencePieceBpe([unk, ...pieces]);
  assertEquals(model.encode("a".repeat(1 << 20)).ids.length, 1 << 17);
  // More different words than are remembered.
  for (let i = 0; i < 70_000; i++) {
    const word = "▁" + i.toString(2).replaceAll("0", "a").replaceAll("1", "b");
    const tokens = model.encode(word).tokens;
    if (tokens.join("") !== word) assertEquals(tokens.join(""), word);
  }
  assertEquals(model.encode("▁abab").tokens, ["▁", "ab", "ab"]);
});
