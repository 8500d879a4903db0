import { assertEquals, assertThrows } from "@std/assert";
import { WordPiece } from "./wordpiece.ts";

const vocab = ["[UNK]", "un", "##aff", "##able", "##a", "😀", "##😀"].map(
  (token, id): [string, number] => [token, id],
);

Deno.test("WordPiece.tokenize() takes the longest piece first", () => {
  const model = new WordPiece(vocab);
  assertEquals(model.tokenize("unaffable"), { ids: [1, 2, 3], starts: [0, 2, 5], ends: [2, 5, 9] });
  assertEquals(model.tokenize("😀😀"), { ids: [5, 6], starts: [0, 2], ends: [2, 4] });
});

Deno.test("WordPiece.tokenize() gives up on the whole word", () => {
  const model = new WordPiece(vocab, { maxInputCharsPerWord: 4 });
  assertEquals(model.tokenize("unx"), { ids: [0], starts: [0], ends: [3] });
  assertEquals(model.tokenize("##a").ids, [4]); // the marked piece itself begins a word
  assertEquals(model.tokenize("😀😀😀😀").ids, [5, 6, 6, 6]); // 4 characters, 8 units
  assertEquals(model.tokenize("😀😀😀😀😀").ids, [0]);
});

Deno.test("WordPiece names a missing unknown token", () => {
  const model = new WordPiece([["a", 0]]);
  assertThrows(() => model.tokenize("b"), SyntaxError, '"[UNK]" is not in vocab');
});
