import type { BatchSource, Evaluate, PackedPosition } from "@heed/training";
import { type EncoderBatch, NO_LABEL } from "../loss.ts";
import type { BertModel } from "../model.ts";

/**
 * Loss, perplexity and the share of right guesses over the words that are hidden in some rows; and the share of
 * segments of which it is said rightly whether they follow each other.
 */
export function maskedEvaluation(
  encoder: BertModel,
  batches: BatchSource<EncoderBatch, PackedPosition>,
  rows: number,
): Evaluate {
  return async ({ signal }) => {
    let nats = 0, right = 0, words = 0, read = 0, told = 0;
    const hasNextSentence = encoder.tasks.includes("next-sentence");
    const { vocabSize } = encoder.config;
    for await (const { batch } of batches({})) {
      const { tokenTypeIds, nextSentence } = batch;
      const labels = batch.labels as readonly (readonly number[])[];
      const positions = labels.map((row) => [...row.keys()].filter((i) => row[i] !== NO_LABEL));
      const logits = await encoder.logits(batch.inputIds, {
        task: "masked-lm",
        positions,
        tokenTypeIds,
        signal,
      });
      logits.forEach((values, i) =>
        positions[i].forEach((place, at) => {
          const row = values.subarray(at * vocabSize, (at + 1) * vocabSize);
          const label = labels[i][place];
          const best = row.reduce((most, value) => Math.max(most, value), -Infinity);
          nats += best + Math.log(row.reduce((sum, value) => sum + Math.exp(value - best), 0)) -
            row[label];
          if (row[label] === best) right++;
          words++;
        })
      );
      if (hasNextSentence && nextSentence) {
        const options = { task: "next-sentence", tokenTypeIds, signal } as const;
        (await encoder.logits(batch.inputIds, options)).forEach(([yes, no], i) => {
          if (nextSentence[i].label === (yes >= no ? 0 : 1)) told++;
        });
      }
      read += batch.inputIds.length;
      if (read >= rows) break;
    }
    if (words === 0) throw new RangeError("Cannot measure: data.dev does not fill one row");
    const loss = nats / words;
    const figures = { loss, perplexity: Math.exp(loss), maskedAccuracy: right / words };
    return hasNextSentence ? { ...figures, nextSentenceAccuracy: told / read } : figures;
  };
}
