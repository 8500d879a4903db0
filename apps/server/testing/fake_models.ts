import type { TranslationModel, TranslatorParts } from "@heed/translation";
import { Models, type ServedModel } from "../models.ts";

/** A batch that a fake model was given: how many rows, and of what the search was told. */
export interface SeenBatch {
  readonly rows: readonly string[];
  readonly numBeams: number | undefined;
}

/** How a fake model behaves. */
export interface FakeOptions {
  /** Milliseconds that a batch takes. */
  readonly delay?: number;
  /** Called with each batch. */
  readonly onBatch?: (batch: SeenBatch) => void;
  /** Batches at once. */
  readonly concurrency?: number;
  /** Most sentences that wait. */
  readonly maxWaiting?: number;
}

const ids = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);

/** A model that writes everything in capitals; its k-th best has k exclamation marks. */
export function fakeModel(
  { delay = 0, onBatch, concurrency = 1 }: FakeOptions = {},
): TranslationModel {
  return {
    maxSourceTokens: 200,
    maxTargetTokens: 200,
    concurrency,
    async generate(batch, { numReturnSequences = 1, numBeams, signal }) {
      onBatch?.({ rows: batch.map((row) => String.fromCodePoint(...row)), numBeams });
      if (delay > 0) {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(resolve, delay);
          signal?.addEventListener("abort", () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        });
      }
      signal?.throwIfAborted();
      return batch.map((row) =>
        Array.from({ length: numReturnSequences }, (_, rank) => {
          const text = String.fromCodePoint(...row).toUpperCase() + "!".repeat(rank);
          const found = ids(text);
          const score = -rank;
          return {
            ids: found,
            logProb: score,
            score,
            finished: true,
            tokenLogProbs: found.map(() => 0),
          };
        })
      );
    },
    crossAttention: (source, target) =>
      Promise.resolve({
        weights: new Float32Array(target.length * source.length).fill(1 / source.length),
        targetLength: target.length,
        sourceLength: source.length,
      }),
    dispose: () => {},
  };
}

/** What a translator of a fake model is made of. */
export function fakeParts(options?: FakeOptions): TranslatorParts {
  return {
    model: fakeModel(options),
    tokenizer: {
      encode: (text) => ({ ids: ids(text), tokens: [...text] }),
      decode: (ids) => String.fromCodePoint(...ids),
      idToToken: (id) => String.fromCodePoint(id),
    },
  };
}

/** Models for en-de and de-en that write in capitals. */
export function fakeModels(options?: FakeOptions): Models {
  const pairs = [{ source: "en", target: "de" }, { source: "de", target: "en" }];
  const served: ServedModel[] = pairs.map((pair) => ({
    pairs: [pair],
    load: () => Promise.resolve(fakeParts(options)),
  }));
  return new Models(served, { maxWaiting: options?.maxWaiting });
}
