import type { Hypothesis, StepDecoder } from "./types.ts";
import { logSumExp } from "./log_softmax.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Rows } from "./_rows.ts";
import { AllowedTokens } from "./_top_tokens.ts";

interface Path {
  readonly sentence: number;
  /** Start token, then what was generated. */
  readonly ids: number[];
  readonly tokenLogProbs: number[];
}

/** Returns a token id of finite score, or -1 if there is none. */
type Choose = (scores: Float32Array, path: { sentence: number; step: number }) => number;

/** Gives the next token of a row, with its log-probability. */
type NextToken = (path: Path, row: number) => { id: number; logProb: number };

/**
 * Generates one path for each sentence, each token picked by `choose` from the processed logits.
 *
 * Greedy search and sampling differ in `choose` alone. A sentence that ends leaves the batch.
 */
export async function generateSinglePaths<State>(
  rows: Rows<State>,
  { decoder, options, choose, choosesBest = false }: {
    decoder: StepDecoder<State>;
    options: ResolvedOptions;
    /** Whether `choose` takes the greatest score, so that a decoder that knows it need not be asked for more. */
    choosesBest?: boolean;
    choose: Choose;
  },
): Promise<Hypothesis[][]> {
  const { vocabSize } = decoder;
  const { batchSize, startTokenId, eosTokenId, maxNewTokens, lengthPenalty } = options;
  const results: Hypothesis[][] = new Array(batchSize);
  let running: Path[] = Array.from({ length: batchSize }, (_, sentence) => ({
    sentence,
    ids: [startTokenId],
    tokenLogProbs: [],
  }));
  while (running.length > 0) {
    const stepped = await rows.step(Int32Array.from(running, ({ ids }) => ids[ids.length - 1]));
    const best = choosesBest
      ? AllowedTokens.of(stepped, {
        bans: options.bans,
        wanted: 1,
        vocabSize,
        anyAtLimit: running.some(({ sentence, ids }) => ids.length === maxNewTokens[sentence]),
      })
      : undefined;
    const nextOf = best ? bestAllowed(best) : fromLogits(stepped.logits, {
      vocabSize,
      options,
      choose,
    });
    const kept: number[] = [];
    running.forEach((path, row) => {
      const { sentence, ids, tokenLogProbs } = path;
      const { id, logProb } = nextOf(path, row);
      ids.push(id);
      tokenLogProbs.push(logProb);
      options.onToken?.({ sentence, id, logProb });
      if (id === eosTokenId || ids.length > maxNewTokens[sentence]) {
        const finished = id === eosTokenId;
        results[sentence] = [
          toHypothesis(ids.slice(1), tokenLogProbs, { finished, lengthPenalty }),
        ];
      } else kept.push(row);
    });
    const count = running.length;
    running = kept.map((row) => running[row]);
    if (running.length > 0) await rows.select(Int32Array.from(kept), count);
  }
  return results;
}

/** The next tokens as the decoder found them. */
function bestAllowed(best: AllowedTokens): NextToken {
  return ({ sentence, ids }, row) => {
    const step = ids.length - 1;
    const logZ = best.normalizer(row, sentence, step);
    const { value: at } = best.ofRow(row).next();
    if (at === undefined) throw noTokenLeft(sentence, step);
    return { id: best.ids[at], logProb: best.logits[at] - logZ };
  };
}

/** The next tokens as `choose` takes them from the processed logits. */
function fromLogits(
  logits: Float32Array,
  { vocabSize, options: { processors, maxNewTokens }, choose }: {
    vocabSize: number;
    options: ResolvedOptions;
    choose: Choose;
  },
): NextToken {
  const scratch = new Float32Array(processors.length > 0 ? vocabSize : 0);
  return ({ sentence, ids }, row) => {
    const step = ids.length - 1;
    const scores = logits.subarray(row * vocabSize, (row + 1) * vocabSize);
    const logZ = normalizer(scores, sentence, step);
    if (processors.length > 0) {
      scratch.set(scores);
      const context = { sentence, ids, step, maxNewTokens: maxNewTokens[sentence] };
      for (const change of processors) change(scratch, context);
    }
    const id = choose(processors.length > 0 ? scratch : scores, { sentence, step });
    if (id < 0) throw noTokenLeft(sentence, step);
    return { id, logProb: scores[id] - logZ };
  };
}

/** Logarithm of the softmax's denominator, or an error that says where the model broke. */
export function normalizer(logits: Float32Array, sentence: number, step: number): number {
  return assertNormalizer(logSumExp(logits), sentence, step);
}

/** Returns a normalizer that is a number, or throws an error that says where the model broke. */
export function assertNormalizer(logZ: number, sentence: number, step: number): number {
  if (Number.isFinite(logZ)) return logZ;
  const found = Number.isNaN(logZ) ? "NaN or Infinity" : "nothing but -Infinity";
  throw new RangeError(
    `Cannot continue sentence ${sentence} at step ${step}: its logits hold ${found}`,
  );
}

/** The error for a sentence that can neither go on nor end. */
export function noTokenLeft(sentence: number, step: number): RangeError {
  return new RangeError(
    `Cannot continue sentence ${sentence} at step ${step}: every token is banned; ` +
      `allow more tokens or set a smaller maxNewTokens`,
  );
}

/** Hypothesis of generated ids with its sums and score. */
export function toHypothesis(
  ids: number[],
  tokenLogProbs: number[],
  { finished, lengthPenalty }: { finished: boolean; lengthPenalty: number },
): Hypothesis {
  const logProb = tokenLogProbs.reduce((sum, value) => sum + value, 0);
  const score = ids.length === 0 ? 0 : logProb / ids.length ** lengthPenalty;
  return { ids, logProb, score, finished, tokenLogProbs };
}
