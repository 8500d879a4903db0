import { PieceType, type SentencePiece } from "../formats/sentencepiece_model.ts";
import type { Encoding } from "../tokenizer.ts";
import { stringOf, unitsOf } from "../_utf16.ts";
import { buildDoubleArray } from "./_double_array.ts";

/** Settings of a {@linkcode Unigram} model. */
export interface UnigramOptions {
  /** Whether a character that no piece covers becomes its UTF-8 bytes `<0x00>` to `<0xFF>`; default false. */
  readonly byteFallback?: boolean;
}

const UNK_PENALTY = 10;
// A user-defined piece scores 0.1 for each byte after its first, which is more than any log-probability. SentencePiece
// 0.2.3 does the same; cuts around it still count, so very likely neighbours can win over it.
const USER_DEFINED_SCORE = 0.1;

/**
 * The unigram language model over pieces (Kudo 2018, Subword Regularization): text is cut so that the sum of the
 * pieces' log-probabilities is greatest. Sums are kept in 32-bit floats like SentencePiece's, so that ties and near
 * ties fall the same way.
 *
 * @example
 * ```ts
 * import { PieceType, Unigram } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new Unigram([
 *   { piece: "<unk>", score: 0, type: PieceType.UNKNOWN },
 *   { piece: "ab", score: -1, type: PieceType.NORMAL },
 *   { piece: "a", score: -2, type: PieceType.NORMAL },
 *   { piece: "b", score: -2, type: PieceType.NORMAL },
 * ]);
 * assertEquals(model.encode("abaxy"), { ids: [1, 2, 0], tokens: ["ab", "a", "xy"] });
 * ```
 */
export class Unigram {
  /** Number of pieces. */
  readonly vocabSize: number;
  /** Id of the piece that stands for text outside the vocabulary. */
  readonly unkTokenId: number;

  #pieces: readonly string[];
  #ids = new Map<string, number>();
  #labels: Uint16Array;
  #nodes: Int32Array;
  #scores: Float32Array;
  #lengths: Int32Array; // UTF-16 units of each piece
  #unkScore: number;
  #byteIds: Int32Array | undefined;
  #bestScore = new Float32Array(0);
  #bestId = new Int32Array(0);
  #path = new Int32Array(0);

  /**
   * Builds the model.
   *
   * @param pieces The vocabulary; the index is the id
   * @param options Whether bytes stand for unknown characters
   * @throws {SyntaxError} If a piece is empty or given twice, the unknown piece is missing, or byte pieces are incomplete
   */
  constructor(pieces: readonly SentencePiece[], options: UnigramOptions = {}) {
    this.vocabSize = pieces.length;
    this.#pieces = pieces.map(({ piece }) => piece);
    this.#scores = new Float32Array(pieces.length);
    this.#lengths = new Int32Array(pieces.length);
    const keys: string[] = [];
    const values: number[] = [];
    const byteIds = new Int32Array(256).fill(-1);
    let unkTokenId = -1;
    let minScore = Infinity;
    const utf8 = new TextEncoder();
    for (const [id, { piece, score, type }] of pieces.entries()) {
      if (piece === "") throw new SyntaxError(`Cannot build Unigram model: piece ${id} is empty`);
      const earlier = this.#ids.get(piece);
      if (earlier !== undefined) {
        throw new SyntaxError(
          `Cannot build Unigram model: pieces ${earlier} and ${id} are both ${
            JSON.stringify(piece)
          }`,
        );
      }
      this.#ids.set(piece, id);
      this.#lengths[id] = piece.length;
      if (type === PieceType.NORMAL) {
        minScore = Math.min(minScore, Math.fround(score));
      }
      if (type === PieceType.NORMAL || type === PieceType.USER_DEFINED) {
        keys.push(piece);
        values.push(id);
        this.#scores[id] = type === PieceType.NORMAL
          ? score
          : USER_DEFINED_SCORE * utf8.encode(piece).length - USER_DEFINED_SCORE;
      } else if (type === PieceType.UNKNOWN) {
        if (unkTokenId >= 0) {
          throw new SyntaxError(
            `Cannot build Unigram model: pieces ${unkTokenId} and ${id} are both of type UNKNOWN`,
          );
        }
        unkTokenId = id;
      } else if (type === PieceType.BYTE) {
        byteIds[byteOfPiece(piece, id)] = id;
      }
    }
    if (unkTokenId < 0) {
      throw new SyntaxError("Cannot build Unigram model: no piece is of type UNKNOWN");
    }
    this.unkTokenId = unkTokenId;
    this.#unkScore = Math.fround(minScore - UNK_PENALTY);
    if (options.byteFallback) {
      const missing = byteIds.indexOf(-1);
      if (missing >= 0) {
        throw new SyntaxError(
          `Cannot build Unigram model: byteFallback needs 256 byte pieces, but ${
            bytePiece(missing)
          } is missing`,
        );
      }
      this.#byteIds = byteIds;
    }
    const trie = buildDoubleArray(keys, values);
    this.#labels = trie.labels;
    this.#nodes = trie.nodes;
  }

  /**
   * Cuts normalised text into the most probable pieces.
   *
   * @param text Normalised text, with `▁` for spaces
   * @returns Ids and tokens `[tokens]`; a run of unknown characters is one token, or one per byte with `byteFallback`
   */
  encode(text: string): Encoding {
    if (!text.isWellFormed()) text = text.toWellFormed();
    return this.encodeUnits(unitsOf(text));
  }

  /**
   * Cuts normalised text, given as UTF-16 units, into the most probable pieces.
   *
   * @param units Well-formed UTF-16 `[units]`
   * @returns Ids and tokens `[tokens]`
   */
  encodeUnits(units: Uint16Array): Encoding {
    const path = this.#viterbi(units);
    const ids: number[] = [];
    const tokens: string[] = [];
    const unk = this.unkTokenId;
    let at = 0;
    for (let i = path.length - 1; i >= 0; i--) {
      const id = path[i];
      if (id !== unk) {
        ids.push(id);
        tokens.push(this.#pieces[id]);
        at += this.#lengths[id];
        continue;
      }
      const start = at;
      for (at += unitsAt(units, at); i > 0 && path[i - 1] === unk; i--) at += unitsAt(units, at);
      const text = stringOf(units.subarray(start, at));
      if (this.#byteIds === undefined) {
        ids.push(unk);
        tokens.push(text);
        continue;
      }
      for (const byte of new TextEncoder().encode(text)) {
        ids.push(this.#byteIds[byte]);
        tokens.push(this.#pieces[this.#byteIds[byte]]);
      }
    }
    return { ids, tokens };
  }

  /**
   * Looks a piece up.
   *
   * @param token The piece
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /**
   * Looks an id up.
   *
   * @param id An index into the vocabulary
   * @returns The piece, or undefined when the id is out of range
   */
  idToToken(id: number): string | undefined {
    return this.#pieces[id];
  }

  /** Ids of the best path, last piece first. One pass: every piece that starts here may improve where it ends. */
  #viterbi(units: Uint16Array): Int32Array {
    const length = units.length;
    if (this.#bestScore.length <= length) {
      this.#bestScore = new Float32Array(2 * length + 64);
      this.#bestId = new Int32Array(2 * length + 64);
      this.#path = new Int32Array(2 * length + 64);
    }
    const bestScore = this.#bestScore;
    const bestId = this.#bestId;
    const labels = this.#labels;
    const nodes = this.#nodes;
    const scores = this.#scores;
    bestScore.fill(-Infinity, 1, length + 1);
    bestScore[0] = 0;
    for (let start = 0; start < length;) {
      const characterEnd = start + unitsAt(units, start);
      const scoreHere = bestScore[start];
      let covered = false;
      let node = 0;
      let base = nodes[1];
      for (let end = start; end < length;) {
        const child = base + labels[units[end++]];
        const at = child << 2;
        if (nodes[at] !== node) break;
        node = child;
        base = nodes[at + 1];
        const id = nodes[at + 2];
        if (id < 0) continue;
        if (end === characterEnd) covered = true;
        const score = Math.fround(scoreHere + scores[id]);
        if (score > bestScore[end]) {
          bestScore[end] = score;
          bestId[end] = id;
        }
      }
      if (!covered) {
        const score = Math.fround(scoreHere + this.#unkScore);
        if (score > bestScore[characterEnd]) {
          bestScore[characterEnd] = score;
          bestId[characterEnd] = this.unkTokenId;
        }
      }
      start = characterEnd;
    }
    const path = this.#path;
    let count = 0;
    for (let end = length; end > 0;) {
      const id = bestId[end];
      path[count++] = id;
      if (id !== this.unkTokenId) end -= this.#lengths[id];
      else end -= end > 1 && (units[end - 1] & 0xfc00) === 0xdc00 ? 2 : 1;
    }
    return path.subarray(0, count);
  }
}

/** The spelling of a byte piece: 10 is `<0x0A>`. */
export function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

function byteOfPiece(piece: string, id: number): number {
  const match = /^<0x([0-9A-F]{2})>$/.exec(piece);
  if (match === null) {
    throw new SyntaxError(
      `Cannot build Unigram model: piece ${id} ${
        JSON.stringify(piece)
      } is of type BYTE but not of form <0x00>`,
    );
  }
  return parseInt(match[1], 16);
}

/** 2 where a surrogate pair begins, else 1. */
function unitsAt(units: Uint16Array, index: number): number {
  return (units[index] & 0xfc00) === 0xd800 && index + 1 < units.length ? 2 : 1;
}
