import type { GenerateOptions, Hypothesis } from "@heed/search";
import type { TranslationModel, TranslationTokenizer } from "../model.ts";

/** One token a word; ids are given out as words appear, 0 is the end token. For tests. */
export class WordTokenizer implements TranslationTokenizer {
  readonly words: string[] = ["</s>"];

  encode(text: string): { ids: number[]; tokens: string[] } {
    const tokens = [...text.split(/\s+/).filter(Boolean), "</s>"];
    const ids = tokens.map((token) => {
      const known = this.words.indexOf(token);
      return known >= 0 ? known : this.words.push(token) - 1;
    });
    return { ids, tokens };
  }

  decode(ids: Iterable<number>): string {
    return [...ids].filter((id) => id !== 0).map((id) => this.words[id]).join(" ");
  }

  idToToken(id: number): string | undefined {
    return this.words[id];
  }
}

/** A model that turns every sentence around, and remembers what it was asked. For tests. */
export class ReversingModel implements TranslationModel {
  readonly maxSourceTokens: number = 12;
  readonly maxTargetTokens: number = 12;
  readonly concurrency?: number;
  readonly batches: number[][][] = [];
  readonly options: GenerateOptions[] = [];
  /** Batches under way now, and the most there were. */
  running = 0;
  mostRunning = 0;
  disposed = false;
  readonly #delay: boolean;

  /** `delay`: batches take turns of the event loop, small ones fewer. */
  constructor(
    { delay = false, ...sizes }: {
      maxSourceTokens?: number;
      concurrency?: number;
      delay?: boolean;
    } = {},
  ) {
    Object.assign(this, sizes);
    this.#delay = delay;
  }

  async generate(inputIds: number[][], options: GenerateOptions): Promise<Hypothesis[][]> {
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      await Promise.resolve();
      for (let turn = 0; this.#delay && turn < inputIds.length; turn++) {
        await new Promise((resolve) => setTimeout(resolve));
        options.signal?.throwIfAborted();
      }
      options.signal?.throwIfAborted();
    } finally {
      this.running--;
    }
    this.batches.push(inputIds);
    this.options.push(options);
    return inputIds.map((ids, sentence) =>
      Array.from({ length: options.numReturnSequences ?? 1 }, (_, rank) => {
        // The k-th best leaves out the last k words.
        const reversed = [...ids.slice(0, -1).reverse().slice(0, ids.length - 1 - rank), 0];
        const logProb = -reversed.length * (rank + 1);
        reversed.forEach((id, step) => {
          const last = step === reversed.length - 1;
          options.onToken?.({ sentence, sequence: rank, step, id, last, logProb: -(rank + 1) });
        });
        return {
          ids: reversed,
          logProb,
          score: logProb / reversed.length,
          finished: true,
          tokenLogProbs: reversed.map(() => -(rank + 1)),
        };
      })
    );
  }

  crossAttention(inputIds: number[], targetIds: number[]): Promise<{
    weights: Float32Array;
    targetLength: number;
    sourceLength: number;
  }> {
    const weights = new Float32Array(inputIds.length * targetIds.length);
    targetIds.forEach((id, row) => weights[row * inputIds.length + inputIds.indexOf(id)] = 1);
    return Promise.resolve({
      weights,
      targetLength: targetIds.length,
      sourceLength: inputIds.length,
    });
  }

  dispose(): void {
    this.disposed = true;
  }
}

/** A model that gives every sentence back. For tests. */
export class CopyingModel extends ReversingModel {
  override readonly maxSourceTokens: number = 60;

  override generate(inputIds: number[][], _options: GenerateOptions): Promise<Hypothesis[][]> {
    return Promise.resolve(inputIds.map((ids) => [
      { ids, logProb: -1, score: -1, finished: true, tokenLogProbs: ids.map(() => 0) },
    ]));
  }
}
