import { SentencePieceCharacters, SentencePieceWords } from "./_sentencepiece_plain_models.ts";
import type { Encoding } from "./encoding.ts";
import type { SentencePieceModel } from "./formats/sentencepiece_model.ts";
import { SentencePieceBpe } from "./models/sentencepiece_bpe.ts";
import { Unigram } from "./models/unigram.ts";

/** What the tokenizer needs of a model. */
export interface SentencePieceCutter {
  readonly vocabSize: number;
  readonly unkTokenId: number;
  encodeUnits(units: Uint16Array): Encoding;
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
}

const MODEL_TYPES = ["unigram", "BPE", "word", "character"];

/** Builds the model that a file asks for. */
export function cutterOf({ pieces, trainerSpec }: SentencePieceModel): SentencePieceCutter {
  const { modelType = 1, byteFallback = false } = trainerSpec;
  switch (modelType) {
    case 1:
      return new Unigram(pieces, { byteFallback });
    case 2:
      return new SentencePieceBpe(pieces, { byteFallback });
    case 3:
      return new SentencePieceWords(pieces, byteFallback);
    case 4:
      return new SentencePieceCharacters(pieces, byteFallback);
    default:
      throw new SyntaxError(
        `Cannot load the SentencePiece model: its trainerSpec.modelType is ${modelType}, it must be 1 (unigram), ` +
          "2 (BPE), 3 (word) or 4 (character)",
      );
  }
}

/** The name of the model's type. */
export function modelTypeOf({ trainerSpec }: SentencePieceModel): string {
  return MODEL_TYPES[(trainerSpec.modelType ?? 1) - 1];
}
