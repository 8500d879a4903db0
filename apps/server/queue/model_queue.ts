import type { GeneratedToken, GenerateOptions, Hypothesis } from "@heed/search";
import type { TranslationModel } from "@heed/translation";
import { BatchQueue, type QueueLimits } from "./batch_queue.ts";

/** A sentence that is to be translated. */
interface Sentence {
  /** Source ids. */
  readonly ids: number[];
  /** Most tokens of the translation. */
  readonly maxNewTokens: number | undefined;
  /** Tokens that the translation begins with. */
  readonly prefixIds: readonly number[] | undefined;
  /** Tokens that the translation has to have. */
  readonly requiredIds: readonly number[] | undefined;
  /** How to search. */
  readonly search: GenerateOptions;
  /** Whether the attention of the translation will be needed. */
  readonly attends: boolean;
  /** Gets its tokens as soon as they are certain. */
  readonly onToken: ((token: GeneratedToken) => void) | undefined;
}

/** How many batches of one request are handed to the queue at once: those of a long text take turns with others. */
const batchesAtOnce = 64;

/**
 * The one way to a model that translates: sentences of all clients share its batches.
 *
 * A row's translation does not depend on the rows beside it, so that nobody notices.
 */
export class ModelQueue {
  readonly #model: TranslationModel;
  readonly #queue: BatchQueue<Sentence, Hypothesis[]>;

  /**
   * Makes the queue of a model, which it owns.
   *
   * @param model The model.
   * @param limits Sizes and delay of the batches, and how much may wait.
   */
  constructor(model: TranslationModel, limits: QueueLimits = {}) {
    this.#model = model;
    this.#queue = new BatchQueue({
      get concurrency() {
        return model.concurrency ?? 1;
      },
      run: (sentences, signal) => translate(model, { sentences, signal }),
    }, limits);
  }

  /** How many rows wait. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** How many batches are under way. */
  get running(): number {
    return this.#queue.running;
  }

  /**
   * The model as one client sees it.
   *
   * @param client Who asks; clients take turns.
   * @returns A model that does not have to be disposed.
   */
  forClient(client: string): TranslationModel {
    const model = this.#model;
    return {
      maxSourceTokens: model.maxSourceTokens,
      maxTargetTokens: model.maxTargetTokens,
      concurrency: batchesAtOnce,
      generate: (inputIds, options) => this.#generate(inputIds, { client, options }),
      crossAttention: (source, target) => model.crossAttention(source, target),
      crossAttentions: model.crossAttentions &&
        ((sources, targets, options) => model.crossAttentions!(sources, targets, options)),
      attentions: model.attentions && ((source, target) => model.attentions!(source, target)),
      dispose: () => {},
    };
  }

  /** Releases the model. What still waits is told so. */
  dispose(): void {
    this.#queue.close();
    this.#model.dispose();
  }

  /** Releases the model at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #generate(
    inputIds: number[][],
    { client, options }: { client: string; options: Parameters<TranslationModel["generate"]>[1] },
  ): Promise<Hypothesis[][]> {
    const { signal, maxNewTokens, forcedPrefixIds, requiredTokenIds, onToken, ...rest } = options;
    const { outputCrossAttention: attends = false, ...search } = rest;
    const sentences = inputIds.map((ids, i): Sentence => ({
      ids,
      maxNewTokens: typeof maxNewTokens === "number" ? maxNewTokens : maxNewTokens?.[i],
      prefixIds: forcedPrefixIds?.[i],
      requiredIds: requiredTokenIds?.[i],
      search,
      attends,
      onToken: onToken && ((token) => onToken({ ...token, sentence: i })),
    }));
    const sizeOf = ({ ids }: Sentence) => ids.length;
    return this.#queue.ask(sentences, { client, key: JSON.stringify(search), signal, sizeOf });
  }
}

/** Translates sentences that are searched alike; attention is there for all where one of them needs it. */
function translate(
  model: TranslationModel,
  { sentences, signal }: { sentences: readonly Sentence[]; signal: AbortSignal },
): Promise<Hypothesis[][]> {
  const limits = sentences.map(({ maxNewTokens }) => maxNewTokens);
  return model.generate(sentences.map(({ ids }) => ids), {
    ...sentences[0].search,
    outputCrossAttention: sentences.some(({ attends }) => attends),
    maxNewTokens: limits.every((limit) => limit !== undefined) ? limits : undefined,
    forcedPrefixIds: sentences.map(({ prefixIds = [] }) => prefixIds),
    requiredTokenIds: sentences.map(({ requiredIds = [] }) => requiredIds),
    onToken: sentences.some(({ onToken }) => onToken !== undefined)
      ? (token) => sentences[token.sentence].onToken?.(token)
      : undefined,
    signal,
  });
}
