import type { StepDecoder, StepResult } from "@heed/search";
import type { DecoderRows, RowSource } from "../programs/decoder_rows.ts";
import type { Projection } from "../programs/projection.ts";
import { pauseIfDue } from "../scheduling/pause.ts";

/** What a decoder stack needs to be searched with. */
export interface StepDecoderOptions {
  /** Number of token ids. */
  readonly vocabSize: number;
  /** Sources of the sentences, where the projection depends on the sentence. */
  readonly sources?: readonly RowSource[];
}

/**
 * A decoder stack as a search sees it.
 *
 * @param projection Makes logits of hidden states; the caller frees it.
 * @param options Vocabulary and sentences.
 */
export function stepDecoder(
  projection: Projection,
  { vocabSize, sources }: StepDecoderOptions,
): StepDecoder<DecoderRows> {
  const numbers = new Map(sources?.map((source, sentence) => [source, sentence]));
  const sentencesOf = (rows: DecoderRows): number[] | undefined =>
    projection.dependsOnSentences ? rows.sources.map((source) => numbers.get(source)!) : undefined;
  return {
    vocabSize,
    async step(ids, rows): Promise<StepResult<DecoderRows>> {
      try {
        await pauseIfDue();
        projection.run(rows.read(ids), ids.length, sentencesOf(rows));
      } catch (error) {
        rows.free();
        throw error;
      }
      return {
        get logits() {
          return projection.logits(ids.length);
        },
        topTokens: (count) => projection.topTokens(ids.length, count),
        state: rows,
      };
    },
    select(rows, kept) {
      rows.select(kept);
      return rows;
    },
    release: (rows) => rows.free(),
  };
}
