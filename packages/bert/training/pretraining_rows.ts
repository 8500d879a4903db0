import { deriveSeed } from "@heed/nn";
import type { PipelineTokenizer } from "@heed/tokenizer";
import { type EncoderBatch, NO_LABEL } from "../loss.ts";
import { type MaskingOptions, maskTokens } from "./masking.ts";
import type { PretrainingConfig } from "./pretraining_config.ts";
import type { SpecialTokens } from "./pretraining_tokenizer.ts";
import { sentencePairs } from "./sentence_pairs.ts";

/** Special tokens of a row: before it, after it, and between its two segments. */
export function specialsOfRow({ nextSentence }: Pick<PretrainingConfig, "nextSentence">): number {
  return nextSentence ? 3 : 2;
}

/** Makes what a model learns from out of packed rows: words are hidden, segments paired. */
export function rowsToLearn(
  config: Pick<PretrainingConfig, "masking" | "nextSentence">,
  { tokenizer, special }: { tokenizer: PipelineTokenizer; special: SpecialTokens },
): (rows: readonly (readonly number[])[], seed: number) => EncoderBatch {
  const masking = maskingOf(config, { tokenizer, special });
  const mask = (rows: readonly (readonly number[])[], seed: number) => {
    const masked = rows.map((ids, i) => maskTokens(ids, { ...masking, seed: deriveSeed(seed, i) }));
    return {
      inputIds: masked.map(({ inputIds }) => inputIds),
      labels: masked.map(({ labels }) => labels),
    };
  };
  const { cls, sep } = special;
  if (!config.nextSentence) {
    return (rows, seed) => mask(rows.map((row) => [cls, ...row, sep]), seed);
  }
  const continuesWord = wordParts(tokenizer);
  return (rows, seed) => {
    const pairs = sentencePairs(rows, { seed, cls, sep, continuesWord });
    const masked = mask(pairs.map(({ inputIds }) => inputIds), seed);
    const hidden = masked.labels.flat().filter((label) => label !== NO_LABEL).length;
    return {
      ...masked,
      tokenTypeIds: pairs.map(({ tokenTypeIds }) => tokenTypeIds),
      nextSentence: pairs.map(({ label }) => ({ label, weight: hidden / rows.length })),
    };
  };
}

/** Tells which tokens go on with a word: `##` of WordPiece, or no sign of a space before it. */
function wordParts(tokenizer: PipelineTokenizer): (id: number) => boolean {
  const isByteLevel = tokenizer.tokenToId("<mask>") !== undefined;
  return (id) => {
    const token = tokenizer.idToToken(id) ?? "";
    return isByteLevel ? !/^[Ġ▁]/.test(token) : token.startsWith("##");
  };
}

function maskingOf(
  { masking: { rate, wholeWords } }: Pick<PretrainingConfig, "masking">,
  { tokenizer, special }: { tokenizer: PipelineTokenizer; special: SpecialTokens },
): Omit<MaskingOptions, "seed"> {
  return {
    rate,
    vocabSize: tokenizer.vocabSize,
    maskTokenId: special.mask,
    specialTokenIds: new Set([...special.all, special.cls, special.sep, special.mask, special.pad]),
    continuesWord: wholeWords ? wordParts(tokenizer) : undefined,
  };
}
