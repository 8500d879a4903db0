import { cutterOf, modelTypeOf, type SentencePieceCutter } from "./_sentencepiece_cutter.ts";
import { SentencePieceDecoder } from "./_sentencepiece_decoder.ts";
import { pieceDetails, SentencePieceEncoding } from "./_sentencepiece_encoding.ts";
import { randomNumbers } from "./_sentencepiece_random.ts";
import type { Encoding, FullEncoding } from "./encoding.ts";
import {
  parseSentencePieceModel,
  PieceType,
  type SentencePieceModel,
  serializeSentencePieceModel,
} from "./formats/sentencepiece_model.ts";
import { SentencePieceBpe } from "./models/sentencepiece_bpe.ts";
import { Unigram } from "./models/unigram.ts";
import { SentencePieceNormalizer } from "./normalizers/sentencepiece_normalizer.ts";
import type { DecodeOptions, Tokenizer } from "./tokenizer.ts";

/** A way to cut a text, and how probable it is. */
export interface ScoredEncoding {
  /** The pieces. */
  readonly encoding: FullEncoding;
  /** Sum of the pieces' log-probabilities (natural logarithm). */
  readonly score: number;
}

/** Settings of {@linkcode SentencePieceTokenizer.sample}. */
export interface SampleOptions {
  /**
   * Unigram: the power of the probabilities; 0 makes all cuts alike, large values prefer the best one. BPE: the
   * probability with which a merge is left out. Default 0.1.
   */
  readonly alpha?: number;
  /** An integer that decides the result: the same seed, the same pieces; default 0. */
  readonly seed?: number;
  /** Unigram: number of best cuts (0 to 512) to draw from, -1 for all cuts; default -1. */
  readonly nBest?: number;
}

const MAX_N_BEST = 1024;
const MAX_SAMPLED_N_BEST = 512;

/**
 * A SentencePiece tokenizer (unigram, BPE, word or character model): ids, tokens, offsets and text equal those of
 * SentencePiece's own programs.
 *
 * @example
 * ```ts
 * import { trainUnigram } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await trainUnigram(["the cat sat on the mat", "the dog sat on the cat"], {
 *   vocabSize: 16,
 * });
 * const { ids } = tokenizer.encode("the dog on the mat");
 * assertEquals(tokenizer.decode(ids), "the dog on the mat");
 * ```
 */
export class SentencePieceTokenizer implements Tokenizer {
  /** The content of the model file. */
  readonly model: SentencePieceModel;

  #cutter: SentencePieceCutter;
  #normalizer: SentencePieceNormalizer;
  #decoder: SentencePieceDecoder;

  /**
   * Makes a tokenizer of a parsed model.
   *
   * @param model The content of a SentencePiece model file
   * @throws {SyntaxError} If the model's type is unknown or its vocabulary is broken
   */
  constructor(model: SentencePieceModel) {
    const { treatWhitespaceAsSuffix = false } = model.trainerSpec;
    this.model = model;
    this.#cutter = cutterOf(model);
    const userDefinedSymbols = model.pieces
      .filter(({ type }) => type === PieceType.USER_DEFINED)
      .map(({ piece }) => piece);
    this.#normalizer = new SentencePieceNormalizer(model.normalizerSpec, {
      userDefinedSymbols,
      treatWhitespaceAsSuffix,
    });
    this.#decoder = new SentencePieceDecoder(model);
  }

  /**
   * Reads a SentencePiece model file (`.spm`, `.model`).
   *
   * @param bytes The whole file
   * @returns The tokenizer
   * @throws {SyntaxError} If the bytes are not a SentencePiece model; the message says what is wrong and where
   *
   * @example
   * ```ts
   * import { SentencePieceTokenizer } from "@heed/tokenizer";
   * import { assertThrows } from "@std/assert";
   *
   * assertThrows(() => SentencePieceTokenizer.load(new Uint8Array([10, 200])), SyntaxError);
   * ```
   */
  static load(bytes: Uint8Array): SentencePieceTokenizer {
    return new SentencePieceTokenizer(parseSentencePieceModel(bytes));
  }

  /** Number of pieces. */
  get vocabSize(): number {
    return this.#cutter.vocabSize;
  }

  /** Id of the piece that stands for text outside the vocabulary. */
  get unkTokenId(): number {
    return this.#cutter.unkTokenId;
  }

  /**
   * Writes the model file.
   *
   * @returns The bytes of an `.spm` file that SentencePiece's own programs read
   */
  save(): Uint8Array {
    return serializeSentencePieceModel(this.model);
  }

  /**
   * Normalises a text as {@linkcode encode} does before cutting it.
   *
   * @param text Any string
   * @returns The normalised text, with `▁` for spaces
   */
  normalize(text: string): string {
    return this.#normalizer.normalize(text);
  }

  /**
   * Cuts a text into pieces; SentencePiece adds no special tokens of its own.
   *
   * @param text Any string; a lone surrogate is read as U+FFFD
   * @returns Ids and pieces `[tokens]`. Offsets, word ids and masks are worked out when they are first read. Offsets are
   *   SentencePiece's: a piece covers what its characters were normalised from, an added `▁` covers nothing, and of the
   *   bytes of an unknown character the last covers it (in word models too). A word begins with each `▁` or run of `▁`
   *
   * @example
   * ```ts
   * import { PieceType, SentencePieceTokenizer } from "@heed/tokenizer";
   * import { assertEquals } from "@std/assert";
   *
   * const pieces = [["<unk>", 0], ["▁the", -1], ["▁c", -2], ["at", -2]] as const;
   * const tokenizer = new SentencePieceTokenizer({
   *   pieces: pieces.map(([piece, score], id) => ({
   *     piece,
   *     score,
   *     type: id === 0 ? PieceType.UNKNOWN : PieceType.NORMAL,
   *   })),
   *   trainerSpec: {},
   *   normalizerSpec: {},
   * });
   * const { tokens, offsets, wordIds } = tokenizer.encode("the cat");
   * assertEquals(tokens, ["▁the", "▁c", "at"]);
   * assertEquals(offsets, [[0, 3], [3, 5], [5, 7]]);
   * assertEquals(wordIds, [0, 1, 1]);
   * ```
   */
  encode(text: string): FullEncoding {
    return this.#full(text, this.#cutter.encodeUnits(this.#normalizer.normalizeUnits(text)));
  }

  /**
   * Cuts several texts into pieces.
   *
   * @param texts Any strings
   * @returns What {@linkcode encode} returns for each text `[texts]`
   */
  encodeBatch(texts: readonly string[]): FullEncoding[] {
    return texts.map((text) => this.encode(text));
  }

  /**
   * Finds the most probable ways to cut a text.
   *
   * @param text Any string
   * @param count Number of ways that are wanted, 1 to 1024
   * @returns The ways and their scores, most probable first; fewer than `count` if there are fewer
   * @throws {TypeError} If this is not a unigram model: others cut a text in one way only
   * @throws {RangeError} If `count` is out of range
   *
   * @example
   * ```ts
   * import { trainUnigram } from "@heed/tokenizer";
   * import { assertEquals } from "@std/assert";
   *
   * const tokenizer = await trainUnigram(["the cat sat on the mat", "the dog sat on the cat"], {
   *   vocabSize: 16,
   * });
   * const cuts = tokenizer.encodeNBest("the cat", 2);
   * assertEquals(cuts.length, 2);
   * assertEquals(cuts[0].encoding.ids, tokenizer.encode("the cat").ids);
   * assertEquals(cuts[0].score >= cuts[1].score, true);
   * ```
   */
  encodeNBest(text: string, count: number): ScoredEncoding[] {
    const unigram = this.#cutter;
    if (!(unigram instanceof Unigram)) {
      throw new TypeError(
        `Cannot find the ${count} best ways to cut a text: a ${modelTypeOf(this.model)} model ` +
          "knows one only, use a unigram model",
      );
    }
    if (!Number.isInteger(count) || count < 1 || count > MAX_N_BEST) {
      throw new RangeError(
        `Cannot find the ${count} best ways to cut a text: the number must be an integer of 1 to ${MAX_N_BEST}`,
      );
    }
    const cuts = unigram.encodeUnitsNBest(this.#normalizer.normalizeUnits(text), count);
    return cuts.map(({ encoding, score }) => ({ encoding: this.#full(text, encoding), score }));
  }

  /**
   * Cuts a text at random, as subword regularisation does for training: a unigram model draws from all cuts or from
   * the best few (Kudo 2018), a BPE model leaves merges out (Provilkov et al. 2020).
   *
   * @param text Any string
   * @param options How random, and the seed
   * @returns The pieces
   * @throws {TypeError} If the model is neither unigram nor BPE
   * @throws {RangeError} If an option is out of range
   *
   * @example
   * ```ts
   * import { trainUnigram } from "@heed/tokenizer";
   * import { assertEquals } from "@std/assert";
   *
   * const tokenizer = await trainUnigram(["the cat sat on the mat", "the dog sat on the cat"], {
   *   vocabSize: 16,
   * });
   * const { ids } = tokenizer.sample("the cat", { alpha: 0.2, seed: 7 });
   * assertEquals(tokenizer.decode(ids), "the cat");
   * assertEquals(tokenizer.sample("the cat", { alpha: 0.2, seed: 7 }).ids, ids);
   * ```
   */
  sample(text: string, options: SampleOptions = {}): FullEncoding {
    const { alpha = 0.1, seed = 0, nBest = -1 } = options;
    const cutter = this.#cutter;
    if (!(cutter instanceof Unigram || cutter instanceof SentencePieceBpe)) {
      throw new TypeError(
        `Cannot cut a text at random: a ${modelTypeOf(this.model)} model knows one way only`,
      );
    }
    const isUnigram = cutter instanceof Unigram;
    if (!(alpha >= 0 && alpha < Infinity) || (!isUnigram && alpha > 1)) {
      throw new RangeError(
        `Cannot cut a text at random with alpha ${alpha}: it must be ${
          isUnigram ? "0 or more" : "0 to 1"
        }`,
      );
    }
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Cannot cut a text at random with seed ${seed}: it must be an integer`);
    }
    if (!Number.isInteger(nBest) || nBest < -1 || nBest > MAX_SAMPLED_N_BEST) {
      throw new RangeError(
        `Cannot cut a text at random with nBest ${nBest}: it must be an integer of -1 to ${MAX_SAMPLED_N_BEST}`,
      );
    }
    const random = randomNumbers(seed);
    if (isUnigram && nBest > 1) return sampleOf(this.encodeNBest(text, nBest), alpha, random);
    if (isUnigram && nBest >= 0) return this.encode(text);
    const units = this.#normalizer.normalizeUnits(text);
    return this.#full(text, cutter.sampleUnits(units, { alpha, random }));
  }

  /**
   * Joins ids into a text.
   *
   * @param ids Ids of pieces
   * @param options With `skipSpecialTokens: false`, control pieces such as `</s>` are written out
   * @returns The text; an unknown piece becomes `" ⁇ "`, or what the model says
   * @throws {RangeError} If an id is not in the vocabulary
   */
  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const pieces: string[] = [];
    for (const id of ids) {
      const piece = this.#cutter.idToToken(id);
      if (piece === undefined) {
        throw new RangeError(
          `Cannot decode id ${id}: the vocabulary has ids 0 to ${this.vocabSize - 1}`,
        );
      }
      pieces.push(piece);
    }
    return this.decodePieces(pieces, options);
  }

  /**
   * Joins pieces into a text.
   *
   * @param pieces Pieces; a string that is not in the vocabulary stands for itself
   * @param options With `skipSpecialTokens: false`, control pieces such as `</s>` are written out
   * @returns The text
   */
  decodePieces(pieces: Iterable<string>, options: DecodeOptions = {}): string {
    return this.#decoder.decode(pieces, options.skipSpecialTokens === false);
  }

  /**
   * Looks a piece up.
   *
   * @param token The piece
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined {
    return this.#cutter.tokenToId(token);
  }

  /**
   * Looks an id up.
   *
   * @param id An index into the vocabulary
   * @returns The piece, or undefined when the id is out of range
   */
  idToToken(id: number): string | undefined {
    return this.#cutter.idToToken(id);
  }

  #full(text: string, { ids, tokens }: Encoding): FullEncoding {
    return new SentencePieceEncoding(
      ids,
      tokens,
      () => pieceDetails(text, tokens, { normalizer: this.#normalizer, model: this.model }),
    );
  }
}

/** Draws one of the cuts with a probability proportional to exp(alpha * score). */
function sampleOf(
  cuts: readonly ScoredEncoding[],
  alpha: number,
  random: () => number,
): FullEncoding {
  const weights = cuts.map(({ score }) => Math.exp(alpha * (score - cuts[0].score)));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return cuts[i].encoding;
  }
  return cuts[0].encoding;
}
