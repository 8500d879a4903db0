import { type AttentionRecord, averageHeads, splitLayers } from "@heed/alignment";
import type { AnyModel } from "./models.ts";

/** A sentence pair as tokens. */
export interface TokenPair {
  readonly inputIds: number[];
  readonly targetIds: number[];
  /** Source tokens, the end token among them. */
  readonly keyTokens: string[];
  /** Target tokens, the end token among them. */
  readonly queryTokens: string[];
}

/** Attention of one head, or of the mean of a layer's. */
export interface StepRecord {
  readonly record: AttentionRecord;
  /** Whose attention a token gets: that of the step that writes it, or of the next one, which reads it. */
  readonly step: "writes" | "reads";
}

/**
 * How a model attends to a source while a given target is written: for each layer and head and for the mean
 * over each layer's heads, by the step that writes a token and by the one that reads it.
 */
export async function crossAttentionRecords(
  model: AnyModel,
  { inputIds, targetIds, keyTokens, queryTokens }: TokenPair,
): Promise<StepRecord[]> {
  const { cross } = await model.attentions(inputIds, targetIds);
  const heads = splitLayers(cross, { kind: "cross", queryTokens, keyTokens });
  const records = Array.from({ length: cross.layers }, (_, layer) => {
    const ofLayer = heads.filter((record) => record.layer === layer);
    return ofLayer.length === 1 ? ofLayer : [...ofLayer, averageHeads(ofLayer)];
  }).flat();
  return [
    ...records.map((record) => ({ record, step: "writes" as const })),
    ...records.map((record) => ({ record: ofNextStep(record), step: "reads" as const })),
  ];
}

/** Each row gives way to the one after it; no step reads the last token. */
function ofNextStep(record: AttentionRecord): AttentionRecord {
  const { weights, keyTokens } = record;
  const moved = Float32Array.from(weights);
  moved.copyWithin(0, keyTokens.length);
  return { ...record, weights: moved };
}
