import { bytesToText } from "./_byte_level.ts";
import { byteOf, textOfBytes } from "./_byte_pieces.ts";
import { groupByWords } from "./_given_words.ts";

/**
 * How tokens show where words begin: `▁` before a word (sentencepiece), `##` before the rest of one
 * (WordPiece), `Ġ` for the space before a word (byte-level BPE), or each token is a word.
 */
export type SubwordMarks = "sentencepiece" | "wordpiece" | "byte-level" | "none";

/** Tokens grouped to words. */
export interface WordGroups {
  /** Words without the marks of their tokens; special tokens are words of their own. */
  readonly words: readonly string[];
  /** Indices of each word's tokens `[words][1 or more]`. */
  readonly groups: readonly (readonly number[])[];
  /** Whether each word is a special token, which is no word of the text `[words]`. */
  readonly isSpecial: readonly boolean[];
}

/** How {@linkcode groupTokens} finds words. */
export interface GroupOptions {
  /** How tokens show where words begin. Default: what the tokens themselves show. */
  readonly marks?: SubwordMarks;
  /** Words as somebody else has split the same text, such as those of a reference alignment. */
  readonly words?: readonly string[];
}

/**
 * Whether a token stands for no text, such as `</s>`, `[CLS]` or `>>fr<<`.
 *
 * @param token Token as the tokenizer has it.
 * @returns False for unknown text (`<unk>`, `[UNK]`) and for bytes (`<0xC3>`), which are text all the same.
 *
 * @example
 * ```ts
 * import { isSpecialToken } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["</s>", "[SEP]", ">>fr<<"].map(isSpecialToken), [true, true, true]);
 * assertEquals(["<unk>", "▁a", ">>"].map(isSpecialToken), [false, false, false]);
 * ```
 */
export function isSpecialToken(token: string): boolean {
  return /^(?:<[^<>\s]+>|\[[A-Z]+\d*\]|>>[\w-]+<<)$/.test(token) && !isUnknown(token) &&
    byteOf(token) === undefined;
}

function isUnknown(token: string): boolean {
  return token === "<unk>" || token === "[UNK]";
}

/**
 * Groups sub-word tokens to words. Punctuation stands alone, unless it is inside of a word.
 *
 * @param tokens Tokens as the tokenizer has them.
 * @param options How words are found.
 * @returns Words and the tokens of each.
 * @throws {RangeError} When `words` are given and are not the text of the tokens.
 *
 * @example
 * ```ts
 * import { groupTokens } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const { words, groups } = groupTokens(["▁Haus", "tür", ".", "</s>"]);
 * assertEquals(words, ["Haustür", ".", "</s>"]);
 * assertEquals(groups, [[0, 1], [2], [3]]);
 * ```
 */
export function groupTokens(tokens: readonly string[], options: GroupOptions = {}): WordGroups {
  const marks = options.marks ?? marksOf(tokens);
  const pieces = piecesOf(tokens, marks);
  if (options.words) return groupByWords(pieces, options.words);
  const groups: number[][] = [];
  pieces.forEach((_, index) => {
    const before = groups.at(-1);
    if (before === undefined || startsWord(pieces, index, before)) groups.push([index]);
    else before.push(index);
  });
  const words = groups.map((group) => {
    const text = group.map((index) => pieces[index].text).join("");
    const plain = marks === "byte-level" ? bytesToText(text) : text;
    return plain === "" ? tokens[group[0]] : plain;
  });
  return { words, groups, isSpecial: groups.map(([first]) => pieces[first].isSpecial) };
}

/** A token without its mark. */
export interface Piece {
  readonly text: string;
  /** Whether white space is before it. */
  readonly isStart: boolean;
  readonly isSpecial: boolean;
  readonly isUnknown: boolean;
}

/** What tokens show where words begin, as far as they do. */
export function marksOf(tokens: readonly string[]): SubwordMarks {
  if (tokens.some((token) => token.startsWith("▁"))) return "sentencepiece";
  if (tokens.some((token) => /^##./.test(token))) return "wordpiece";
  return tokens.some((token) => /^Ġ/.test(token)) ? "byte-level" : "none";
}

/** Tokens without their marks, and bytes as text. */
export function piecesOf(tokens: readonly string[], marks: SubwordMarks): Piece[] {
  const pieces = tokens.map((token) => pieceOf(token, marks));
  if (marks !== "sentencepiece") return pieces;
  const bytes = tokens.map(byteOf);
  for (let start = 0; start < tokens.length; start++) {
    let end = start;
    while (bytes[end] !== undefined) end++;
    textOfBytes(bytes.slice(start, end) as number[]).forEach((text, i) => {
      pieces[start + i] = { ...pieces[start + i], text };
    });
    start = Math.max(start, end - 1);
  }
  return pieces;
}

function pieceOf(token: string, marks: SubwordMarks): Piece {
  const isSpecial = isSpecialToken(token);
  const rest = { isSpecial, isUnknown: isUnknown(token) };
  if (isSpecial || marks === "none") return { ...rest, text: token, isStart: true };
  if (marks === "wordpiece") {
    const isStart = !/^##./.test(token);
    return { ...rest, text: isStart ? token : token.slice(2), isStart };
  }
  const isStart = token.startsWith(marks === "sentencepiece" ? "▁" : "Ġ");
  return { ...rest, text: isStart ? token.slice(1) : token, isStart };
}

function startsWord(pieces: readonly Piece[], index: number, word: readonly number[]): boolean {
  const piece = pieces[index];
  if (piece.isSpecial || pieces[index - 1].isSpecial) return true;
  const end = word.findLast((place) => pieces[place].text !== "");
  if (end === undefined) return false; // a lone ▁ belongs to what follows
  if (piece.isStart) return true;
  if (piece.text === "") return false; // the rest of a character's bytes
  if (isPunctuation(piece)) return !isInside(pieces, index);
  return isPunctuation(pieces[end]) && !isInside(pieces, end);
}

function isPunctuation({ text }: Piece): boolean {
  return /^[\p{P}\p{S}]+$/u.test(text);
}

/** Whether a piece such as an apostrophe or a hyphen has letters of its word on both sides. */
function isInside(pieces: readonly Piece[], index: number): boolean {
  // The rest of a character's bytes has no text.
  const before = pieces.slice(0, index).findLast(({ text, isStart }) => text !== "" || isStart);
  const after = pieces.slice(index + 1).find(({ text, isStart }) => text !== "" || isStart);
  const isLetter = (piece?: Piece) =>
    piece !== undefined && !piece.isSpecial && /[\p{L}\p{N}]/u.test(piece.text);
  return !pieces[index].isStart && isLetter(before) && isLetter(after) && !after!.isStart &&
    /^['’\-‐.,:/_&]$/.test(pieces[index].text);
}
