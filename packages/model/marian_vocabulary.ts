import { MarianTokenizer, parseSentencePieceModel, PieceType } from "@heed/tokenizer";
import type { Json } from "./config_reader.ts";

/** Stands for what the decoder starts from; no piece is spelt like that. */
const PAD = "<pad>";

/**
 * Makes the tokenizer of a model in Marian's own form, whose ids are the places of the pieces in their SentencePiece
 * models. One id more, behind them, is what decoding starts from.
 *
 * @param files Content of the two `.spm` files, the same object where both sides share one; the names for the errors.
 * @param config Fields of its `tokenizer_config.json`.
 * @returns The tokenizer.
 * @throws {SyntaxError} When a file is broken, or its end token or unknown token is not where Marian has it.
 */
export function marianVocabularyTokenizer(
  { source, target }: { source: Uint8Array; target: Uint8Array },
  config: Json,
): MarianTokenizer {
  const isShared = source === target;
  const vocab = vocabularyOf(source);
  return MarianTokenizer.load({
    sourceSpm: source,
    targetSpm: target,
    vocab,
    targetVocab: isShared ? undefined : vocabularyOf(target),
    config: {
      eos_token: "</s>",
      unk_token: "<unk>",
      pad_token: PAD,
      separate_vocabs: !isShared,
      ...config,
    },
  });
}

function vocabularyOf(spm: Uint8Array): Record<string, number> {
  const { pieces } = parseSentencePieceModel(spm);
  const vocab: Record<string, number> = Object.create(null);
  for (const [id, { piece }] of pieces.entries()) vocab[piece] = id;
  const isMarian = pieces[0]?.piece === "</s>" && pieces[1]?.type === PieceType.UNKNOWN &&
    pieces[1].piece === "<unk>" && !(PAD in vocab);
  if (!isMarian) {
    const found = pieces.slice(0, 2).map(({ piece }) => JSON.stringify(piece)).join(", ");
    throw new SyntaxError(
      `Cannot read a vocabulary of Marian: it begins with ${found}, not with "</s>", "<unk>"`,
    );
  }
  vocab[PAD] = pieces.length;
  return vocab;
}
