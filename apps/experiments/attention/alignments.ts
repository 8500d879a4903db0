import { alignmentErrorRate, type AlignmentLink } from "@heed/metrics";
import type { MarianTokenizer } from "@heed/tokenizer";
import { type AttentionRecord, extractAlignment, mergeWords } from "@heed/alignment";
import { crossAttentionRecords, type StepRecord, type TokenPair } from "./cross_attention.ts";
import { type GoldPair, joinWords } from "./data.ts";
import type { AnyModel } from "./models.ts";

/** How near the alignment of one head, or of a mean over heads, comes to the gold alignment. */
export interface HeadAlignment {
  /** Decoder layer, from 0. */
  readonly layer: number;
  /** Head, from 0, or `mean` over all of the layer. */
  readonly head: number | "mean";
  /** Whose attention a word gets: that of the step that writes it, or of the one that reads it. */
  readonly step: StepRecord["step"];
  /** Alignment error rate, 0 to 1. */
  readonly errorRate: number;
  readonly precision: number;
  readonly recall: number;
}

/** A matrix of attention between words, rows of weights for the target's words. */
export interface AttentionSample {
  readonly layer: number;
  readonly head: number | "mean";
  /** Source words. */
  readonly source: readonly string[];
  /** Target words. */
  readonly target: readonly string[];
  /** Weights `[target * source]`. */
  readonly weights: readonly number[];
  /** The gold alignment, where there is one. */
  readonly links?: readonly AlignmentLink[];
}

/** How a model aligns. */
export interface ModelAlignments {
  /** All layers and heads. */
  readonly heads: readonly HeadAlignment[];
  /** That with the least error rate. */
  readonly best: HeadAlignment;
}

/** A sentence pair as a model reads it: words put together as text, then cut into tokens. */
export function tokenPair(
  { source, target }: { source: string; target: string },
  tokenizer: MarianTokenizer,
): TokenPair {
  const [from, to] = [tokenizer.encode(source), tokenizer.encodeTarget(target)];
  return {
    inputIds: from.ids,
    targetIds: to.ids,
    keyTokens: from.tokens,
    queryTokens: to.tokens,
  };
}

/** Attention between the words of gold pairs, by pair, then by layer and head. */
export async function goldRecords(
  model: AnyModel,
  pairs: readonly GoldPair[],
  tokenizer: MarianTokenizer,
): Promise<StepRecord[][]> {
  const all: StepRecord[][] = [];
  for (const { source, target } of pairs) {
    const text = { source: joinWords(source), target: joinWords(target) };
    const records = await crossAttentionRecords(model, tokenPair(text, tokenizer));
    const words = { queryWords: target, keyWords: source };
    all.push(records.map(({ record, step }) => ({ record: mergeWords(record, words), step })));
  }
  return all;
}

/** Error rates of the alignments that the target's words take with their strongest weights. */
export function scoreAlignments(
  records: readonly (readonly StepRecord[])[],
  pairs: readonly GoldPair[],
): ModelAlignments {
  const references = pairs.map(({ links }) => links);
  const heads = records[0].map(({ record, step }, index): HeadAlignment => {
    const found = records.map((ofPair) => extractAlignment(ofPair[index].record));
    const { errorRate, precision, recall } = alignmentErrorRate(found, references);
    const { layer, head } = record;
    return { layer, head, step, errorRate, precision, recall };
  });
  return { heads, best: heads.reduce((a, b) => b.errorRate < a.errorRate ? b : a) };
}

/** Error rate of straight diagonals, which any alignment should do better than. */
export function diagonalErrorRate(pairs: readonly GoldPair[]): number {
  const diagonals = pairs.map(({ source, target }) =>
    target.map((_, place) => ({
      source: Math.min(
        source.length - 1,
        Math.floor((place + 0.5) * source.length / target.length),
      ),
      target: place,
    }))
  );
  return alignmentErrorRate(diagonals, pairs.map(({ links }) => links)).errorRate;
}

/** A record as a plain value for the results. */
export function sampleOf(
  { layer, head, queryTokens, keyTokens, weights }: AttentionRecord,
  links?: readonly AlignmentLink[],
): AttentionSample {
  return {
    layer,
    head,
    source: keyTokens,
    target: queryTokens,
    weights: [...weights].map((weight) => Number(Math.min(1, weight).toFixed(4))),
    links,
  };
}
