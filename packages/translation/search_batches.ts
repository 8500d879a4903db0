import type { CrossAttention } from "@heed/model";
import type { Hypothesis } from "@heed/search";
import { makeBatches } from "./batches.ts";
import type { AttendedIds } from "./finish/finish_units.ts";
import type { TranslationModel } from "./model.ts";
import { runBatches } from "./run_batches.ts";
import { generateOptions, maxNewTokens, positiveInteger } from "./search_options.ts";
import type { TranslateOptions } from "./translation.ts";

/** Source tokens in a batch, padding counted: bounds the memory that long sentences take. */
const maxBatchTokens = 2048;
/**
 * Source tokens that make a batch of its own worth while where several run at once. The engine's workers take some
 * 60 ms to start, in which a small model translates some 150 tokens; later ones pay sooner.
 */
const leastBatchTokens = 64;

/** Runs a function over batches of items of like length, as many at once as the model gains from. */
async function overBatches<Item>(
  items: readonly Item[],
  { model, options, lengthOf, run }: {
    readonly model: TranslationModel;
    readonly options: TranslateOptions;
    readonly lengthOf: (item: Item) => number;
    readonly run: (batch: Item[], signal: AbortSignal | undefined) => Promise<void>;
  },
): Promise<void> {
  const { concurrency = 1 } = model;
  const batches = makeBatches(items.map(lengthOf), {
    batchSize: positiveInteger("batchSize", options.batchSize ?? 16),
    maxTokens: maxBatchTokens,
    concurrency,
    leastTokens: leastBatchTokens,
  });
  await runBatches(batches, {
    concurrency,
    signal: options.signal,
    run: (numbers, signal) => run(numbers.map((number) => items[number]), signal),
  });
}

/** What a search is for. */
interface SearchedUnit {
  /** What the model reads. */
  readonly ids: number[];
  /** Tokens that the translation has to have, each once. */
  readonly requiredIds?: readonly number[];
}

/** Searches for the translations of all units, in batches of like length; again: more widely, without repetition. */
export async function searchUnits<Source extends SearchedUnit>(
  units: readonly Source[],
  { model, options, isAgain, attends, onToken }: {
    readonly model: TranslationModel;
    readonly options: TranslateOptions;
    readonly isAgain: boolean;
    /**
     * Whether the attention of a unit's translation will be needed. It comes with a batch where half of that needs it;
     * else it is cheaper to read those again than to attend to all: reading costs as much as attending.
     */
    readonly attends: (unit: Source) => boolean;
    /** Gets the tokens of the best translations as soon as they are certain. */
    readonly onToken?: (unit: Source, id: number) => void;
  },
): Promise<Map<Source, Hypothesis[]>> {
  const asked = generateOptions(options);
  const search = isAgain
    ? { ...asked, numBeams: (asked.numBeams ?? 1) + 2, noRepeatNgramSize: 3 }
    : asked;
  const found = new Map<Source, Hypothesis[]>();
  await overBatches(units, {
    model,
    options,
    lengthOf: ({ ids }) => ids.length,
    run: async (batch, signal) => {
      const hypotheses = await model.generate(batch.map(({ ids }) => ids), {
        ...search,
        requiredTokenIds: batch.map(({ requiredIds = [] }) => requiredIds),
        outputCrossAttention: 2 * batch.filter(attends).length >= batch.length,
        maxNewTokens: batch.map(({ ids }) =>
          Math.min(maxNewTokens(ids.length, options), model.maxTargetTokens)
        ),
        onToken: onToken &&
          (({ sentence, sequence, id }) => sequence === 0 && onToken(batch[sentence], id)),
        signal,
      });
      batch.forEach((unit, row) => found.set(unit, hypotheses[row]));
    },
  });
  return found;
}

/**
 * Finds the attention of hypotheses over what they were found for: that which came with them, else computed in batches
 * where the model has a way.
 *
 * @param pairs Sources and hypotheses.
 * @param context The model, the options of the translation, and whether a model that has no attention will do.
 * @returns The attention of each hypothesis; without those that the model failed at, if it may.
 */
export async function attendPairs(
  pairs: readonly AttendedIds[],
  { model, options, mayFail }: {
    readonly model: TranslationModel;
    readonly options: TranslateOptions;
    readonly mayFail: boolean;
  },
): Promise<Map<Hypothesis, CrossAttention>> {
  const attentions = new Map<Hypothesis, CrossAttention>();
  const left = pairs.filter(({ hypothesis }) => {
    if (hypothesis.crossAttention === undefined) return true;
    attentions.set(hypothesis, hypothesis.crossAttention);
    return false;
  });
  await overBatches(left, {
    model,
    options,
    lengthOf: ({ ids, hypothesis }) => Math.max(ids.length, hypothesis.ids.length),
    run: async (batch, signal) => {
      try {
        const found = await attendBatch(batch, model, signal);
        batch.forEach(({ hypothesis }, row) => attentions.set(hypothesis, found[row]));
      } catch (error) {
        signal?.throwIfAborted();
        if (!mayFail) throw error;
      }
    },
  });
  return attentions;
}

async function attendBatch(
  batch: readonly AttendedIds[],
  model: TranslationModel,
  signal: AbortSignal | undefined,
): Promise<CrossAttention[]> {
  const sources = batch.map(({ ids }) => ids);
  const targets = batch.map(({ hypothesis }) => hypothesis.ids);
  if (model.crossAttentions) return await model.crossAttentions(sources, targets, { signal });
  const found: CrossAttention[] = [];
  for (const [row, source] of sources.entries()) {
    signal?.throwIfAborted();
    found.push(await model.crossAttention(source, targets[row]));
  }
  return found;
}
