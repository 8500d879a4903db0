import { PieceType, type SentencePiece } from "../formats/sentencepiece_model.ts";
import { SentencePieceVocabulary, unitsAt } from "../_sentencepiece_vocabulary.ts";
import { UserDefinedPieces } from "../_sentencepiece_user_defined.ts";
import type { Encoding } from "../encoding.ts";
import { unitsOf } from "../_utf16.ts";
import { MergePairs } from "./_sentencepiece_bpe_pairs.ts";
import { NumberAgenda } from "./_sentencepiece_bpe_agenda.ts";
import { WordPaths } from "./_sentencepiece_word_paths.ts";

/** Settings of a {@linkcode SentencePieceBpe} model. */
export interface SentencePieceBpeOptions {
  /** Whether a character that no piece covers becomes its UTF-8 bytes `<0x00>` to `<0xFF>`; default false. */
  readonly byteFallback?: boolean;
}

/** Settings of {@linkcode SentencePieceBpe.sampleUnits}. */
export interface MergeDropout {
  /** Probability with which a merge is left out, 0 to 1. */
  readonly alpha: number;
  /** A source of numbers in [0, 1). */
  readonly random: () => number;
}

const META = 0x2581;
/** Merges are taken in order of rank * POSITIONS + position. */
const POSITIONS = 2 ** 32;
const LONGEST_KNOWN_WORD = 64;

/**
 * Byte-pair encoding as SentencePiece does it (Sennrich et al. 2016): of all neighbours that together are a piece,
 * those with the best score are merged, the leftmost first, until no two are left. There is no list of merges: any
 * two symbols that spell a piece may become it.
 *
 * @example
 * ```ts
 * import { PieceType, SentencePieceBpe } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new SentencePieceBpe([
 *   { piece: "<unk>", score: 0, type: PieceType.UNKNOWN },
 *   ...["bc", "ab", "a", "b", "c"].map((piece, i) => ({
 *     piece,
 *     score: -i,
 *     type: PieceType.NORMAL,
 *   })),
 * ]);
 * assertEquals(model.encode("abc").tokens, ["a", "bc"]);
 * ```
 */
export class SentencePieceBpe {
  /** Number of pieces. */
  readonly vocabSize: number;
  /** Id of the piece that stands for text outside the vocabulary. */
  readonly unkTokenId: number;

  #vocabulary: SentencePieceVocabulary;
  #userDefined: UserDefinedPieces;
  // A symbol is the id of a piece, or vocabSize and up for a character that only longer pieces have. What never
  // merges is negative: ~id.
  #symbols = new Int32Array(65536);
  #astralSymbols = new Map<string, number>();
  #pairs: MergePairs;
  #ranks: Int32Array;
  #unused: Uint8Array | undefined;
  #knownWords: WordPaths | undefined;

  #symbol = new Int32Array(0); // by position in the text
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #merged = new Int32Array(0); // what the symbol here and the next one merge into, or -1
  #path = new Int32Array(0);
  #agenda = new NumberAgenda();
  #splits = new Map<number, number>(); // unused piece -> units of its left part

  /**
   * Builds the model.
   *
   * @param pieces The vocabulary; the index is the id
   * @param options Whether bytes stand for unknown characters
   * @throws {SyntaxError} If a piece is empty or given twice, the unknown piece is missing, or byte pieces are incomplete
   */
  constructor(pieces: readonly SentencePiece[], options: SentencePieceBpeOptions = {}) {
    const vocabulary = new SentencePieceVocabulary(pieces, "BPE", options.byteFallback ?? false);
    this.#vocabulary = vocabulary;
    this.vocabSize = vocabulary.size;
    this.unkTokenId = vocabulary.unkTokenId;
    this.#userDefined = new UserDefinedPieces(pieces);
    this.#ranks = ranksOf(pieces);
    const mergeable = pieces.map(({ type }) =>
      type === PieceType.NORMAL || type === PieceType.USER_DEFINED || type === PieceType.UNUSED
    );
    if (pieces.some(({ type }) => type === PieceType.UNUSED)) {
      this.#unused = Uint8Array.from(pieces, ({ type }) => Number(type === PieceType.UNUSED));
    }
    this.#symbols.fill(~this.unkTokenId);
    this.#pairs = new MergePairs(this.#findPairs(mergeable));
    // Words can be cut one by one if no piece reaches over the beginning of one. How an unused piece is taken apart
    // depends on the whole text.
    const separable = vocabulary.pieces.every((piece, id) =>
      !mergeable[id] || !/[^\u2581]\u2581/.test(piece)
    );
    if (separable && this.#unused === undefined) this.#knownWords = new WordPaths();
  }

  /**
   * Cuts normalised text into pieces.
   *
   * @param text Normalised text, with `▁` for spaces
   * @returns Ids and tokens `[tokens]`; a run of unknown characters is one token, or one per byte with `byteFallback`
   */
  encode(text: string): Encoding {
    if (!text.isWellFormed()) text = text.toWellFormed();
    return this.encodeUnits(unitsOf(text));
  }

  /**
   * Cuts normalised text, given as UTF-16 units, into pieces.
   *
   * @param units Well-formed UTF-16 `[units]`
   * @returns Ids and tokens `[tokens]`
   */
  encodeUnits(units: Uint16Array): Encoding {
    this.#reserve(units.length);
    const known = this.#knownWords;
    const path = this.#path;
    let count = 0;
    if (known === undefined) count = this.#cut(units, 0);
    else {
      for (let start = 0; start < units.length;) {
        let end = start;
        while (end < units.length && units[end] === META) end++;
        while (end < units.length && units[end] !== META) end++;
        if (end - start > LONGEST_KNOWN_WORD) count = this.#cut(units.subarray(start, end), count);
        else {
          const after = known.copy(units, start, end, path, count);
          if (after >= 0) count = after;
          else {
            const word = units.subarray(start, end);
            const before = count;
            count = this.#cut(word, count);
            known.keep(word, path.subarray(before, count));
          }
        }
        start = end;
      }
    }
    return this.#vocabulary.spell(path.subarray(0, count), units);
  }

  /**
   * Cuts normalised text with some merges left out at random (BPE-dropout, Provilkov et al. 2020).
   *
   * @param units Well-formed UTF-16 `[units]`
   * @param dropout How often, and a source of random numbers
   * @returns Ids and tokens `[tokens]`
   */
  sampleUnits(units: Uint16Array, dropout: MergeDropout): Encoding {
    this.#reserve(units.length);
    const count = this.#cut(units, 0, dropout);
    return this.#vocabulary.spell(this.#path.subarray(0, count), units);
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

  /** All merges: every piece, cut in two wherever both parts can be symbols. */
  #findPairs(mergeable: readonly boolean[]): number[] {
    const { pieces, ids, size } = this.#vocabulary;
    let symbols = size;
    const ofCharacter = (character: string) => {
      const known = this.#symbolOf(character);
      if (known !== ~this.unkTokenId) return known;
      const id = ids.get(character);
      const symbol = id !== undefined && mergeable[id] ? id : symbols++;
      if (character.length === 1) this.#symbols[character.charCodeAt(0)] = symbol;
      else this.#astralSymbols.set(character, symbol);
      return symbol;
    };
    const pairs: number[] = [];
    for (let id = 0; id < size; id++) {
      if (!mergeable[id]) continue;
      const piece = pieces[id];
      const first = characterAt(piece, 0);
      let last = 0;
      for (let at = 0; at < piece.length; at += characterAt(piece, at).length) {
        ofCharacter(characterAt(piece, at));
        last = at;
      }
      for (let at = first.length; at < piece.length; at += characterAt(piece, at).length) {
        const left = at === first.length ? ofCharacter(first) : ids.get(piece.slice(0, at));
        if (left === undefined || (left < size && !mergeable[left])) continue;
        const end = piece.slice(at);
        const right = at === last ? ofCharacter(end) : ids.get(end);
        if (right === undefined || (right < size && !mergeable[right])) continue;
        pairs.push(left, right, id);
      }
    }
    return pairs;
  }

  #symbolOf(character: string): number {
    if (character.length === 1) return this.#symbols[character.charCodeAt(0)];
    return this.#astralSymbols.get(character) ?? ~this.unkTokenId;
  }

  /** Appends the ids of `units` to the path at `at`; returns its new end. */
  #cut(units: Uint16Array, at: number, dropout?: MergeDropout): number {
    const length = units.length;
    const symbol = this.#symbol;
    const next = this.#next;
    const previous = this.#previous;
    const merged = this.#merged;
    const agenda = this.#agenda;
    let before = -1;
    for (let p = 0; p < length;) {
      const own = this.#userDefined.match(units, p);
      let size = unitsAt(units, p);
      if (own >= 0) {
        symbol[p] = ~own;
        size = this.#vocabulary.lengths[own];
      } else {
        symbol[p] = size === 1
          ? this.#symbols[units[p]]
          : this.#symbolOf(String.fromCharCode(units[p], units[p + 1]));
      }
      previous[p] = before;
      next[p] = p + size;
      const piece = before < 0 ? -1 : this.#meet(before, p);
      if (piece >= 0) agenda.add(this.#ranks[piece] * POSITIONS + before);
      before = p;
      p += size;
    }
    if (before >= 0) merged[before] = -1;
    agenda.open();
    for (let key = agenda.pop(); key >= 0; key = agenda.pop()) {
      const rank = Math.floor(key / POSITIONS);
      const left = key - rank * POSITIONS;
      const piece = merged[left];
      if (piece < 0 || this.#ranks[piece] !== rank) continue; // one of the two has merged with another
      if (dropout !== undefined && dropout.random() < dropout.alpha) continue;
      const right = next[left];
      const after = next[right];
      symbol[left] = piece;
      next[left] = after;
      merged[left] = merged[right] = -1;
      if (previous[left] >= 0) this.#queue(previous[left], left);
      if (after < length) {
        previous[after] = left;
        this.#queue(left, after);
      }
    }
    const path = this.#path;
    const size = this.vocabSize;
    for (let p = 0; p < length; p = next[p]) {
      const id = symbol[p] < 0 ? ~symbol[p] : symbol[p] < size ? symbol[p] : this.unkTokenId;
      if (this.#unused?.[id] && this.#splits.size > 0) at = this.#takeApart(id, at);
      else path[at++] = id;
    }
    this.#splits.clear();
    return at;
  }

  /** Notes what the neighbours `left` and `right` merge into, and returns it; -1 for nothing. */
  #meet(left: number, right: number): number {
    const symbol = this.#symbol;
    const piece = symbol[left] < 0 || symbol[right] < 0
      ? -1
      : this.#pairs.get(symbol[left], symbol[right]);
    this.#merged[left] = piece;
    if (piece >= 0 && this.#unused?.[piece]) this.#splits.set(piece, right - left);
    return piece;
  }

  #queue(left: number, right: number): void {
    const piece = this.#meet(left, right);
    if (piece >= 0) this.#agenda.push(this.#ranks[piece] * POSITIONS + left);
  }

  /** Replaces an unused piece by the two that it was last seen to be made of, and so on. */
  #takeApart(id: number, at: number): number {
    const size = this.#unused![id] ? this.#splits.get(id) : undefined;
    if (size === undefined) {
      this.#path[at] = id;
      return at + 1;
    }
    const { pieces, ids } = this.#vocabulary;
    for (const part of [pieces[id].slice(0, size), pieces[id].slice(size)]) {
      at = this.#takeApart(ids.get(part) ?? this.unkTokenId, at);
    }
    return at;
  }

  #reserve(length: number): void {
    if (this.#symbol.length >= length) return;
    const capacity = 2 * length + 64;
    this.#symbol = new Int32Array(capacity);
    this.#next = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
    this.#merged = new Int32Array(capacity);
    this.#path = new Int32Array(capacity);
  }
}

/** The order of merging: 0 for the best score; equal scores have equal ranks. */
function ranksOf(pieces: readonly SentencePiece[]): Int32Array {
  const scores = Float32Array.from(pieces, ({ score }) => score);
  const distinct = new Float32Array(new Set(scores)).sort().reverse();
  const rankOf = new Map(Array.from(distinct, (score, rank) => [score, rank]));
  return Int32Array.from(scores, (score) => rankOf.get(score)!);
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index)!);
}
