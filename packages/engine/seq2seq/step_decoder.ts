import type { StepDecoder, StepResult } from "@heed/search";
import type { DecoderRows } from "../programs/decoder_rows.ts";
import type { Projection } from "../programs/projection.ts";
import { pauseIfDue } from "../scheduling/pause.ts";

/**
 * A decoder stack as a search sees it.
 *
 * @param projection Makes logits of hidden states; the caller frees it.
 * @param vocabSize Number of token ids.
 */
export function stepDecoder(projection: Projection, vocabSize: number): StepDecoder<DecoderRows> {
  return {
    vocabSize,
    async step(ids, rows): Promise<StepResult<DecoderRows>> {
      try {
        await pauseIfDue();
        projection.run(rows.read(ids), ids.length);
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
