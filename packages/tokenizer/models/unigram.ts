import { PieceType, type SentencePiece } from "../formats/sentencepiece_model.ts";
import { pieceSpans, SentencePieceVocabulary, unitsAt } from "../_sentencepiece_vocabulary.ts";
import type { Encoding } from "../encoding.ts";
import { unitsOf } from "../_utf16.ts";
import { buildDoubleArray } from "./_double_array.ts";
import type { TokenizerModel, WordPieces } from "./model.ts";
import { UnigramLattice } from "./unigram_lattice.ts";

export { bytePiece } from "../_sentencepiece_vocabulary.ts";

/** Settings of a {@linkcode Unigram} model. */
export interface UnigramOptions {
  /** Whether a character that no piece covers becomes its UTF-8 bytes `<0x00>` to `<0xFF>`; default false. */
  readonly byteFallback?: boolean;
}

const UNK_PENALTY = 10;
// Where a sum falls below this, sums start at 0 again, as in SentencePiece 0.2.3: 32-bit floats grow coarse.
const MIN_SUM = -100_000;
// A user-defined piece scores 0.1 for each byte after its first, which is more than any log-probability. SentencePiece
// 0.2.3 does the same; cuts around it still count, so very likely neighbours can win over it. In its n-best lists and
// samples it counts characters instead of bytes.
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
export class Unigram implements TokenizerModel {
  /** Number of pieces. */
  readonly vocabSize: number;
  /** Id of the piece that stands for text outside the vocabulary. */
  readonly unkTokenId: number;

  #vocabulary: SentencePieceVocabulary;
  #labels: Uint16Array;
  #nodes: Int32Array;
  #scores: Float32Array;
  #latticeScores: Float32Array; // the same but for user-defined pieces
  #lengths: Int32Array; // UTF-16 units of each piece
  #longest: number;
  #unkScore: number;
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
    const vocabulary = new SentencePieceVocabulary(
      pieces,
      "Unigram",
      options.byteFallback ?? false,
    );
    this.#vocabulary = vocabulary;
    this.vocabSize = vocabulary.size;
    this.unkTokenId = vocabulary.unkTokenId;
    this.#scores = new Float32Array(pieces.length);
    this.#latticeScores = new Float32Array(pieces.length);
    this.#lengths = vocabulary.lengths;
    this.#longest = this.#lengths.reduce((longest, length) => Math.max(longest, length), 2);
    const keys: string[] = [];
    const values: number[] = [];
    let minScore = Infinity;
    const utf8 = new TextEncoder();
    for (const [id, { piece, score, type }] of pieces.entries()) {
      if (type !== PieceType.NORMAL && type !== PieceType.USER_DEFINED) continue;
      keys.push(piece);
      values.push(id);
      if (type === PieceType.NORMAL) {
        this.#scores[id] = this.#latticeScores[id] = score;
        minScore = Math.min(minScore, this.#scores[id]);
      } else {
        this.#scores[id] = USER_DEFINED_SCORE * (utf8.encode(piece).length - 1);
        this.#latticeScores[id] = USER_DEFINED_SCORE * ([...piece].length - 1);
      }
    }
    this.#unkScore = Math.fround(minScore - UNK_PENALTY);
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
    return this.#vocabulary.spell(this.#viterbi(units), units);
  }

  /**
   * Cuts a normalised word into the most probable pieces, and says where each one lies.
   *
   * @param word A non-empty normalised word
   * @returns The pieces in order; byte pieces cover the character that they spell
   */
  tokenize(word: string): WordPieces {
    const { ids, tokens } = this.encode(word);
    const spans = pieceSpans(tokens, this.#vocabulary.byteIds !== undefined);
    const starts = ids.map((_, i) => spans[2 * i]);
    const ends = ids.map((_, i) => spans[2 * i + 1]);
    for (let i = ids.length - 2; i >= 0; i--) {
      if (starts[i] === ends[i]) ends[i] = ends[i + 1];
    }
    return { ids, starts, ends };
  }

  /**
   * Finds the most probable ways to cut normalised text.
   *
   * @param units Well-formed UTF-16 `[units]`
   * @param count Number of ways that are wanted, 1 or more
   * @returns Ids, tokens and the sum of the pieces' log-probabilities of each way, most probable first; fewer than
   *   `count` when the text can be cut in fewer ways
   */
  encodeUnitsNBest(units: Uint16Array, count: number): { encoding: Encoding; score: number }[] {
    return this.#lattice(units).best(count).map(({ ids, score }) => ({
      encoding: this.#vocabulary.spell(ids, units),
      score,
    }));
  }

  /**
   * Cuts normalised text at random, each way with a probability proportional to its own to the power of `alpha`.
   *
   * @param units Well-formed UTF-16 `[units]`
   * @param options The power, and a source of numbers in [0, 1)
   * @returns Ids and tokens `[tokens]`
   */
  sampleUnits(
    units: Uint16Array,
    options: { readonly alpha: number; readonly random: () => number },
  ): Encoding {
    const path = this.#lattice(units).sample(options.alpha, options.random);
    return this.#vocabulary.spell(path, units);
  }

  /**
   * Looks a piece up.
   *
   * @param token The piece
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined {
    return this.#vocabulary.ids.get(token);
  }

  /**
   * Looks an id up.
   *
   * @param id An index into the vocabulary
   * @returns The piece, or undefined when the id is out of range
   */
  idToToken(id: number): string | undefined {
    return this.#vocabulary.pieces[id];
  }

  /** Ids of the best path. One pass: every piece that starts here may improve where it ends. */
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
      const isPair = (units[start] & 0xfc00) === 0xd800 && start + 1 < length;
      const characterEnd = isPair ? start + 2 : start + 1;
      if (bestScore[start] < MIN_SUM) this.#rebase(start, length);
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
    return path.subarray(0, count).reverse();
  }

  /** Makes 0 of the sum at `start`, and lowers those further on, which pieces before it have reached, by the same. */
  #rebase(start: number, length: number): void {
    const bestScore = this.#bestScore;
    const sum = bestScore[start];
    const end = Math.min(length, start + this.#longest);
    for (let position = start; position <= end; position++) bestScore[position] -= sum;
  }

  /** Every piece that occurs in the text, and where. */
  #lattice(units: Uint16Array): UnigramLattice {
    const length = units.length;
    const lattice = new UnigramLattice(length);
    const nodes = this.#nodes;
    for (let start = 0; start < length;) {
      const characterEnd = start + unitsAt(units, start);
      let covered = false;
      let node = 0;
      for (let end = start; end < length;) {
        const child = nodes[4 * node + 1] + this.#labels[units[end++]];
        if (nodes[4 * child] !== node) break;
        node = child;
        const id = nodes[4 * node + 2];
        if (id < 0) continue;
        if (end === characterEnd) covered = true;
        lattice.add(start, end, { id, score: this.#latticeScores[id] });
      }
      if (!covered) {
        lattice.add(start, characterEnd, { id: this.unkTokenId, score: this.#unkScore });
      }
      start = characterEnd;
    }
    return lattice;
  }
}
