import { decodeMessage, encodeMessage, type Field, type Schema } from "./_protobuf.ts";

/**
 * What a piece of a SentencePiece vocabulary stands for.
 *
 * @example
 * ```ts
 * import { PieceType } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(PieceType.BYTE, 6);
 * ```
 */
export const PieceType = {
  /** A string with a learned score. */
  NORMAL: 1,
  /** What stands for everything that no piece covers. */
  UNKNOWN: 2,
  /** A mark such as `</s>` that never matches text. */
  CONTROL: 3,
  /** A string that is always kept whole. */
  USER_DEFINED: 4,
  /** A string that keeps its id but is never produced. */
  UNUSED: 5,
  /** One byte `<0x00>` to `<0xFF>`, for text that no piece covers. */
  BYTE: 6,
} as const;

/** One of the values of {@linkcode PieceType}. */
export type PieceType = typeof PieceType[keyof typeof PieceType];

/** One entry of a SentencePiece vocabulary; its place in the list is its id. */
export interface SentencePiece {
  /** The string, with `▁` (U+2581) for a space. */
  piece: string;
  /** Log-probability (natural logarithm, a 32-bit float). */
  score: number;
  /** What the piece stands for. */
  type: PieceType;
  /** Protobuf fields that this version does not know (number to bytes, tags included), kept for saving. */
  unknownFields?: ReadonlyMap<number, Uint8Array>;
}

/** How a model was trained, as far as encoding and decoding need it; an absent field has SentencePiece's default. */
export interface TrainerSpec {
  /** Names of the training files. */
  input?: string[];
  /** Name of the model file without its ending. */
  modelPrefix?: string;
  /** 1 Unigram, 2 BPE, 3 word, 4 character; default 1. */
  modelType?: number;
  /** Number of pieces that was asked for. */
  vocabSize?: number;
  /** Share of the text's characters that the vocabulary covers, 0 to 1; default 0.9995. */
  characterCoverage?: number;
  /** Number of lines that training draws from its input, 0 for all; default 0. */
  inputSentenceSize?: number;
  /** Number of seed pieces; default 1,000,000. */
  seedSentencepieceSize?: number;
  /** Share of the pieces that one pruning step keeps; default 0.75. */
  shrinkingFactor?: number;
  /** Number of threads that trained the model; default 16. */
  numThreads?: number;
  /** Expectation-maximisation rounds between two pruning steps; default 2. */
  numSubIterations?: number;
  /** Longest training line in UTF-8 bytes; default 4192. */
  maxSentenceLength?: number;
  /** Longest piece in characters; default 16. */
  maxSentencepieceLength?: number;
  /** Whether a piece stays within one Unicode script; default true. */
  splitByUnicodeScript?: boolean;
  /** Whether a piece stays within one word; default true. */
  splitByWhitespace?: boolean;
  /** Whether digits and letters are kept apart; default true. */
  splitByNumber?: boolean;
  /** Whether every digit is a piece of its own; default false. */
  splitDigits?: boolean;
  /** Whether the mark of a space ends a word instead of starting it; default false. */
  treatWhitespaceAsSuffix?: boolean;
  /** Pieces of type CONTROL. */
  controlSymbols?: string[];
  /** Pieces of type USER_DEFINED. */
  userDefinedSymbols?: string[];
  /** Whether unknown characters become byte pieces; default false. */
  byteFallback?: boolean;
  /** Characters that the vocabulary must have. */
  requiredChars?: string;
  /** Id of the unknown piece; default 0. */
  unkId?: number;
  /** Id of the piece that begins a sentence, -1 for none; default 1. */
  bosId?: number;
  /** Id of the piece that ends a sentence, -1 for none; default 2. */
  eosId?: number;
  /** Id of the padding piece, -1 for none; default -1. */
  padId?: number;
  /** What the unknown piece is decoded to; default `" ⁇ "`. */
  unkSurface?: string;
  /** Protobuf fields that this version does not know (number to bytes, tags included), kept for saving. */
  unknownFields?: ReadonlyMap<number, Uint8Array>;
}

/** How text is normalised; an absent field has SentencePiece's default. */
export interface NormalizerSpec {
  /** Name of the rules, such as `nmt_nfkc`. */
  name?: string;
  /** The rules, compiled: a double-array trie and the replacement strings. */
  precompiledCharsmap?: Uint8Array;
  /** Whether a space is put before the text; default true. */
  addDummyPrefix?: boolean;
  /** Whether leading, trailing and doubled spaces are removed; default true. */
  removeExtraWhitespaces?: boolean;
  /** Whether spaces are written as `▁` (U+2581); default true. */
  escapeWhitespaces?: boolean;
  /** The rules as they were written. */
  normalizationRuleTsv?: string;
  /** Protobuf fields that this version does not know (number to bytes, tags included), kept for saving. */
  unknownFields?: ReadonlyMap<number, Uint8Array>;
}

/** The content of a SentencePiece model file (`.spm`, `.model`). */
export interface SentencePieceModel {
  /** The vocabulary; the index is the id. */
  pieces: SentencePiece[];
  /** How the model was trained. */
  trainerSpec: TrainerSpec;
  /** How text is normalised before it is cut. */
  normalizerSpec: NormalizerSpec;
  /** How decoded text is rewritten, if at all. */
  denormalizerSpec?: NormalizerSpec;
  /** Protobuf fields that this version does not know (number to bytes, tags included), kept for saving. */
  unknownFields?: ReadonlyMap<number, Uint8Array>;
}

function schema(rows: readonly (readonly [number, Field])[]): Schema {
  return new Map(rows);
}

// Field numbers of sentencepiece_model.proto.
const pieceSchema = schema([
  [1, { name: "piece", kind: "string" }],
  [2, { name: "score", kind: "float" }],
  [3, { name: "type", kind: "int32" }],
]);

const trainerSchema = schema([
  [1, { name: "input", kind: "string", repeated: true }],
  [2, { name: "modelPrefix", kind: "string" }],
  [3, { name: "modelType", kind: "int32" }],
  [4, { name: "vocabSize", kind: "int32" }],
  [10, { name: "characterCoverage", kind: "float" }],
  [11, { name: "inputSentenceSize", kind: "uint64" }],
  [14, { name: "seedSentencepieceSize", kind: "int32" }],
  [15, { name: "shrinkingFactor", kind: "float" }],
  [16, { name: "numThreads", kind: "int32" }],
  [17, { name: "numSubIterations", kind: "int32" }],
  [18, { name: "maxSentenceLength", kind: "int32" }],
  [20, { name: "maxSentencepieceLength", kind: "int32" }],
  [21, { name: "splitByUnicodeScript", kind: "bool" }],
  [22, { name: "splitByWhitespace", kind: "bool" }],
  [23, { name: "splitByNumber", kind: "bool" }],
  [24, { name: "treatWhitespaceAsSuffix", kind: "bool" }],
  [25, { name: "splitDigits", kind: "bool" }],
  [30, { name: "controlSymbols", kind: "string", repeated: true }],
  [31, { name: "userDefinedSymbols", kind: "string", repeated: true }],
  [35, { name: "byteFallback", kind: "bool" }],
  [36, { name: "requiredChars", kind: "string" }],
  [40, { name: "unkId", kind: "int32" }],
  [41, { name: "bosId", kind: "int32" }],
  [42, { name: "eosId", kind: "int32" }],
  [43, { name: "padId", kind: "int32" }],
  [44, { name: "unkSurface", kind: "string" }],
]);

const normalizerSchema = schema([
  [1, { name: "name", kind: "string" }],
  [2, { name: "precompiledCharsmap", kind: "bytes" }],
  [3, { name: "addDummyPrefix", kind: "bool" }],
  [4, { name: "removeExtraWhitespaces", kind: "bool" }],
  [5, { name: "escapeWhitespaces", kind: "bool" }],
  [6, { name: "normalizationRuleTsv", kind: "string" }],
]);

const modelSchema = schema([
  [1, { name: "pieces", kind: "message", repeated: true, schema: pieceSchema }],
  [2, { name: "trainerSpec", kind: "message", schema: trainerSchema }],
  [3, { name: "normalizerSpec", kind: "message", schema: normalizerSchema }],
  [5, { name: "denormalizerSpec", kind: "message", schema: normalizerSchema }],
]);

/**
 * Reads the content of a SentencePiece model file.
 *
 * @param bytes The whole file
 * @returns The model; fields that this version does not know are kept for saving
 * @throws {SyntaxError} If the bytes are not a SentencePiece model; the message names the byte and the field
 *
 * @example
 * ```ts
 * import { parseSentencePieceModel, PieceType, serializeSentencePieceModel } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = serializeSentencePieceModel({
 *   pieces: [{ piece: "<unk>", score: 0, type: PieceType.UNKNOWN }],
 *   trainerSpec: { vocabSize: 1 },
 *   normalizerSpec: { name: "identity" },
 * });
 * assertEquals(parseSentencePieceModel(bytes).pieces[0].piece, "<unk>");
 * ```
 */
export function parseSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  const message = decodeMessage(bytes, modelSchema, "the SentencePiece model");
  const pieces = (message.pieces ?? []) as Partial<SentencePiece>[];
  for (const [id, piece] of pieces.entries()) {
    piece.piece ??= "";
    piece.score ??= 0;
    piece.type ??= PieceType.NORMAL;
    if (piece.type < PieceType.NORMAL || piece.type > PieceType.BYTE) {
      throw new SyntaxError(
        `Cannot parse the SentencePiece model: pieces[${id}] has type ${piece.type}, not 1 to 6`,
      );
    }
  }
  return {
    trainerSpec: {},
    normalizerSpec: {},
    ...message,
    pieces: pieces as SentencePiece[],
  };
}

/**
 * Writes a SentencePiece model file.
 *
 * @param model The model
 * @returns The bytes of the file, which SentencePiece's own programs read
 *
 * @example
 * ```ts
 * import { parseSentencePieceModel, PieceType, serializeSentencePieceModel } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const model = {
 *   pieces: [{ piece: "<unk>", score: 0, type: PieceType.UNKNOWN }],
 *   trainerSpec: { vocabSize: 1 },
 *   normalizerSpec: { name: "identity" },
 * };
 * assertEquals(parseSentencePieceModel(serializeSentencePieceModel(model)), model);
 * ```
 */
export function serializeSentencePieceModel(model: SentencePieceModel): Uint8Array {
  const pieces = model.pieces.map((piece) =>
    // NORMAL is the default and is left out, as SentencePiece's trainer does.
    piece.type === PieceType.NORMAL ? { ...piece, type: undefined } : piece
  );
  return encodeMessage({ ...model, pieces }, modelSchema);
}
