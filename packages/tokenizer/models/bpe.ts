import { shown } from "../_shown.ts";
import { mergeSymbols, mergeWithDropout } from "./_merge_symbols.ts";
import { MergeTable } from "./_merge_table.ts";
import { Vocabulary } from "./_vocabulary.ts";
import { WordCache } from "../_word_cache.ts";
import { wordPiecesOfBytes } from "./_word_bytes.ts";
import type { TokenizerModel, WordPieces } from "./model.ts";

/** Settings of a {@linkcode Bpe} model. */
export interface BpeOptions {
  /** Probability with which a merge is left out; default 0. */
  readonly dropout?: number;
  /** Where `dropout` takes its numbers from, each in `[0, 1)`; default `Math.random`. */
  readonly random?: () => number;
  /** The token for characters outside the vocabulary; by default they are left out. */
  readonly unkToken?: string;
  /** Whether neighbouring unknown characters are one token; default false. */
  readonly fuseUnk?: boolean;
  /** Whether an unknown character becomes its UTF-8 bytes `<0x00>` to `<0xFF>`; default false. */
  readonly byteFallback?: boolean;
  /** What a piece that does not begin a word begins with; default nothing. */
  readonly continuingSubwordPrefix?: string;
  /** What a piece that ends a word ends with; default nothing. */
  readonly endOfWordSuffix?: string;
  /** Whether a word that is in the vocabulary stays whole, whatever the merges say; default false. */
  readonly ignoreMerges?: boolean;
}

/**
 * Byte-pair encoding (Sennrich et al. 2016): a word begins as its characters, and the pair of neighbours that comes
 * first in the list of merges becomes one piece, until no pair is in the list.
 *
 * @example
 * ```ts
 * import { Bpe } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const vocab = new Map([["l", 0], ["o", 1], ["w", 2], ["lo", 3], ["low", 4]]);
 * const model = new Bpe(vocab, [["l", "o"], ["lo", "w"]]);
 * assertEquals(model.tokenize("lowlo"), { ids: [4, 3], starts: [0, 3], ends: [3, 5] });
 * ```
 */
export class Bpe implements TokenizerModel {
  #vocabulary: Vocabulary;
  #merges: readonly (readonly [string, string])[];
  #options: BpeOptions;
  #table: MergeTable;
  #unkId = -1;
  #byteIds: Int32Array;
  #plainIds: Int32Array; // BMP character -> id, where prefix and suffix play no part
  #joining: Set<number> | undefined; // characters that merges join to a `▁` after them; other words are merged alone
  #words = new WordCache(CACHED_WORDS);
  #ids = new Int32Array(64);
  #lengths = new Int32Array(64); // UTF-8 bytes

  /**
   * Builds the model.
   *
   * @param vocab Tokens and their ids
   * @param merges Pairs of tokens, best first
   * @param options Unknown characters, dropout and affixes
   * @throws {SyntaxError} If the vocabulary gives an id twice or lacks a part or result of a merge, or the unknown token
   */
  constructor(
    vocab: Iterable<readonly [string, number]>,
    merges: readonly (readonly [string, string])[],
    options: BpeOptions = {},
  ) {
    this.#vocabulary = new Vocabulary(vocab, "BPE");
    this.#merges = merges;
    this.#options = options;
    const { dropout = 0, unkToken, continuingSubwordPrefix = "" } = options;
    if (!(dropout >= 0 && dropout <= 1)) {
      throw new RangeError(`Cannot build BPE model: dropout is ${dropout}, not from 0 to 1`);
    }
    if (unkToken !== undefined) this.#unkId = this.#vocabulary.id(unkToken) ?? -1;
    const triples = new Int32Array(3 * merges.length);
    for (const [rank, [left, right]] of merges.entries()) {
      const merged = left + right.slice(continuingSubwordPrefix.length);
      for (const [i, token] of [left, right, merged].entries()) {
        const id = this.#vocabulary.id(token);
        if (id === undefined) {
          throw new SyntaxError(
            `Cannot build BPE model: merges[${rank}] ${shown([left, right])} needs ${
              shown(token)
            }, which vocab does not have`,
          );
        }
        triples[3 * rank + i] = id;
      }
    }
    this.#table = new MergeTable(triples);
    const isRegular = this.#vocabulary.id(META_SYMBOL) !== undefined && dropout === 0 &&
      (unkToken !== undefined || options.byteFallback === true) && !options.ignoreMerges &&
      !continuingSubwordPrefix && !options.endOfWordSuffix;
    if (isRegular) this.#joining = charactersBeforeMark(merges);
    this.#byteIds = new Int32Array(256);
    for (let byte = 0; byte < 256; byte++) {
      const piece = `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
      this.#byteIds[byte] = this.#vocabulary.id(piece) ?? -1;
    }
    this.#plainIds = new Int32Array(0x10000).fill(-1);
    for (const [token, id] of this.#vocabulary.entries()) {
      if (token.length === 1) this.#plainIds[token.charCodeAt(0)] = id;
    }
  }

  /** One more than the largest id. */
  get vocabSize(): number {
    return this.#vocabulary.size;
  }

  /** Whether the same word may be cut differently the next time. */
  get isRandom(): boolean {
    return (this.#options.dropout ?? 0) > 0;
  }

  /**
   * Looks a token up.
   *
   * @param token The token as the vocabulary writes it
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  /**
   * Looks an id up.
   *
   * @param id A vocabulary index
   * @returns Its token, or undefined when no token has this id
   */
  idToToken(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  /**
   * Cuts a word into pieces.
   *
   * @param word A word; a byte-level model takes it in its byte alphabet
   * @returns The pieces in order
   * @throws {SyntaxError} If a character needs the unknown token and the vocabulary does not have that
   */
  tokenize(word: string): WordPieces {
    if (this.#options.ignoreMerges) {
      const id = this.#vocabulary.id(word);
      if (id !== undefined) return { ids: [id], starts: [0], ends: [word.length] };
    }
    return this.#joining === undefined
      ? this.#merge(word)
      : this.#tokenizeWords(word, this.#joining);
  }

  /** Cuts a text into its words, each of which begins with `▁`, and merges these. */
  #tokenizeWords(text: string, joining: ReadonlySet<number>): WordPieces {
    let next = nextWord(text, 0, joining);
    if (next === text.length) return this.#merge(text);
    const ids: number[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    for (let start = 0; start < text.length; start = next, next = nextWord(text, start, joining)) {
      const word = text.slice(start, next);
      let pieces = this.#words.get(word);
      if (pieces === undefined) this.#words.set(word, pieces = this.#merge(word));
      for (let i = 0; i < pieces.ids.length; i++) {
        ids.push(pieces.ids[i]);
        starts.push(start + pieces.starts[i]);
        ends.push(start + pieces.ends[i]);
      }
    }
    return { ids, starts, ends };
  }

  #merge(word: string): WordPieces {
    const { dropout = 0, random = Math.random } = this.#options;
    let count = this.#symbols(word);
    const symbols = { ids: this.#ids, lengths: this.#lengths, count };
    count = dropout > 0
      ? mergeWithDropout(this.#table, symbols, { dropout, random })
      : mergeSymbols(this.#table, symbols);
    return wordPiecesOfBytes(word, symbols, count);
  }

  /** The model as tokenizer.json writes it. */
  toJSON(): Record<string, unknown> {
    const options = this.#options;
    return {
      type: "BPE",
      dropout: options.dropout ?? null,
      unk_token: options.unkToken ?? null,
      continuing_subword_prefix: options.continuingSubwordPrefix ?? null,
      end_of_word_suffix: options.endOfWordSuffix ?? null,
      fuse_unk: options.fuseUnk ?? false,
      byte_fallback: options.byteFallback ?? false,
      ignore_merges: options.ignoreMerges ?? false,
      vocab: this.#vocabulary.toJSON(),
      merges: this.#merges,
    };
  }

  /** Fills `#ids` and `#lengths` with the characters of a word and says how many there are. */
  #symbols(word: string): number {
    // A character may need four symbols, one for each byte; two units then make four.
    if (this.#ids.length < 4 * word.length) {
      this.#ids = new Int32Array(8 * word.length);
      this.#lengths = new Int32Array(8 * word.length);
    }
    const { continuingSubwordPrefix: prefix, endOfWordSuffix: suffix, fuseUnk } = this.#options;
    const ids = this.#ids;
    const lengths = this.#lengths;
    let count = 0;
    let unknown = 0; // bytes of the unknown token that has not been added yet
    for (let i = 0; i < word.length;) {
      const code = word.codePointAt(i)!;
      const units = code > 0xffff ? 2 : 1;
      const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      let id: number;
      let spelled: string | undefined;
      if (units === 1 && !prefix && !suffix) id = this.#plainIds[code];
      else {
        spelled = (i > 0 && prefix ? prefix : "") + word.slice(i, i + units) +
          (i + units === word.length && suffix ? suffix : "");
        id = this.#vocabulary.id(spelled) ?? -1;
      }
      i += units;
      if (id >= 0) {
        if (unknown > 0) {
          ids[count] = this.#unkId;
          lengths[count++] = unknown;
          unknown = 0;
        }
        ids[count] = id;
        lengths[count++] = bytes;
        continue;
      }
      if (this.#options.byteFallback) {
        const added = this.#addBytes(spelled ?? String.fromCodePoint(code), count);
        if (added > 0) {
          count += added;
          continue;
        }
      }
      if (this.#options.unkToken === undefined) continue;
      if (this.#unkId < 0) {
        throw new SyntaxError(
          `Cannot tokenize ${shown(word)}: unk_token ${
            shown(this.#options.unkToken)
          } is not in vocab`,
        );
      }
      if (unknown > 0 && !fuseUnk) {
        ids[count] = this.#unkId;
        lengths[count++] = unknown;
        unknown = 0;
      }
      unknown += bytes;
    }
    if (unknown > 0) {
      ids[count] = this.#unkId;
      lengths[count++] = unknown;
    }
    return count;
  }

  /** Adds the byte pieces of a character; 0 when one of them is not in the vocabulary. */
  #addBytes(character: string, count: number): number {
    const bytes = utf8.encode(character);
    for (const byte of bytes) if (this.#byteIds[byte] < 0) return 0;
    if (count + bytes.length + 4 > this.#ids.length) {
      throw new RangeError(`Cannot tokenize: a prefix or suffix of the word is too long`);
    }
    for (const [i, byte] of bytes.entries()) {
      this.#ids[count + i] = this.#byteIds[byte];
      this.#lengths[count + i] = 1;
    }
    return bytes.length;
  }
}

const CACHED_WORDS = 1 << 14;
const META_SYMBOL = "\u2581";
const META = 0x2581;
const utf8 = new TextEncoder();

/** The UTF-16 units that stand before a `▁` somewhere in a merged token, and `▁` itself. */
function charactersBeforeMark(merges: readonly (readonly [string, string])[]): Set<number> {
  const units = new Set([META]);
  for (const [left, right] of merges) {
    const token = left + right;
    for (let at = token.indexOf(META_SYMBOL, 1); at > 0; at = token.indexOf(META_SYMBOL, at + 1)) {
      units.add(token.charCodeAt(at - 1));
    }
  }
  return units;
}

/** Where the word that begins at `start` ends: before a `▁` that no merge joins to what is before it. */
function nextWord(text: string, start: number, joining: ReadonlySet<number>): number {
  for (let at = start;;) {
    at = text.indexOf(META_SYMBOL, at + 1);
    if (at < 0) return text.length;
    if (!joining.has(text.charCodeAt(at - 1))) return at;
  }
}
