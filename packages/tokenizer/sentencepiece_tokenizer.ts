import { SentencePieceDecoder } from "./_sentencepiece_decoder.ts";
import {
  parseSentencePieceModel,
  PieceType,
  type SentencePieceModel,
  serializeSentencePieceModel,
} from "./formats/sentencepiece_model.ts";
import { Unigram } from "./models/unigram.ts";
import { SentencePieceNormalizer } from "./normalizers/sentencepiece_normalizer.ts";
import type { DecodeOptions, Encoding, Tokenizer } from "./tokenizer.ts";

const UNIGRAM = 1;
const MODEL_TYPES = ["?", "unigram", "BPE", "word", "character"];

/**
 * A SentencePiece unigram tokenizer: ids, tokens and text equal those of SentencePiece's own programs.
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

  #unigram: Unigram;
  #normalizer: SentencePieceNormalizer;
  #decoder: SentencePieceDecoder;

  /**
   * Makes a tokenizer of a parsed model.
   *
   * @param model The content of a SentencePiece model file
   * @throws {SyntaxError} If the model is not a unigram model or its vocabulary is broken
   */
  constructor(model: SentencePieceModel) {
    const { modelType = UNIGRAM, byteFallback = false, treatWhitespaceAsSuffix = false } =
      model.trainerSpec;
    if (modelType !== UNIGRAM) {
      throw new SyntaxError(
        `Cannot load the SentencePiece model: its type is ${
          MODEL_TYPES[modelType] ?? modelType
        }, only unigram models can be loaded`,
      );
    }
    this.model = model;
    this.#unigram = new Unigram(model.pieces, { byteFallback });
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
   * @throws {SyntaxError} If the bytes are not a SentencePiece unigram model; the message says what is wrong and where
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
    return this.#unigram.vocabSize;
  }

  /** Id of the piece that stands for text outside the vocabulary. */
  get unkTokenId(): number {
    return this.#unigram.unkTokenId;
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
   * @returns Ids and pieces `[tokens]`
   */
  encode(text: string): Encoding {
    return this.#unigram.encodeUnits(this.#normalizer.normalizeUnits(text));
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
      const piece = this.#unigram.idToToken(id);
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
    return this.#unigram.tokenToId(token);
  }

  /**
   * Looks an id up.
   *
   * @param id An index into the vocabulary
   * @returns The piece, or undefined when the id is out of range
   */
  idToToken(id: number): string | undefined {
    return this.#unigram.idToToken(id);
  }
}
