import type { Hypothesis, StepDecoder } from "./types.ts";
import { logSumExp } from "./log_softmax.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Rows } from "./_rows.ts";
import { AllowedTokens } from "./_top_tokens.ts";

interface Path {
  readonly sentence: number;
  /** Number among the paths of the sentence. */
  readonly sequence: number;
  /** Prompt or start token, then what was generated. */
  readonly ids: number[];
  readonly tokenLogProbs: number[];
}

/** Returns a token id of finite score, or -1 if there is none. */
type Choose = (
  scores: Float32Array,
  path: { sentence: number; sequence: number; step: number },
) => number;

/** Gives the next token of a row, with its log-probability. */
type NextToken = (path: Path, row: number) => { id: number; logProb: number };

/**
 * Generates one path for each sentence, or several, each token picked by `choose` from the processed logits.
 *
 * Greedy search and sampling differ in `choose` alone. A sentence that ends leaves the batch.
 */
export async function generateSinglePaths<State>(
  rows: Rows<State>,
  { decoder, options, choose, choosesBest = false, sequences = 1 }: {
    decoder: StepDecoder<State>;
    options: ResolvedOptions;
    /** Whether `choose` takes the greatest score, so that a decoder that knows it need not be asked for more. */
    choosesBest?: boolean;
    choose: Choose;
    /** Paths of each sentence; default 1. */
    sequences?: number;
  },
): Promise<Hypothesis[][]> {
  const { vocabSize } = decoder;
  const { batchSize, prompts, maxNewTokens, lengthPenalty } = options;
  const results: Hypothesis[][] = Array.from({ length: batchSize }, () => []);
  let running: Path[] = Array.from({ length: batchSize * sequences }, (_, row) => {
    const sentence = Math.floor(row / sequences);
    const ids = [...prompts[sentence]];
    return { sentence, sequence: row % sequences, ids, tokenLogProbs: [] };
  });
  if (sequences > 1 && batchSize > 0) {
    await rows.select(Int32Array.from(running, ({ sentence }) => sentence), batchSize);
  }
  while (running.length > 0) {
    const stepped = await rows.step(Int32Array.from(running, ({ ids }) => ids[ids.length - 1]));
    const best = choosesBest
      ? AllowedTokens.of(stepped, {
        bans: options.bans,
        wanted: 1,
        vocabSize,
        anyAtLimit: running.some(({ sentence, tokenLogProbs }) =>
          tokenLogProbs.length + 1 === maxNewTokens[sentence]
        ),
      })
      : undefined;
    const nextOf = best ? bestAllowed(best) : fromLogits(stepped.logits, {
      vocabSize,
      options,
      choose,
    });
    const kept: number[] = [];
    running.forEach((path, row) => {
      const { sentence, sequence, ids, tokenLogProbs } = path;
      const { id, logProb } = nextOf(path, row);
      const step = tokenLogProbs.length;
      const finished = isFinished(id, { before: ids, generated: step, options });
      ids.push(id);
      tokenLogProbs.push(logProb);
      const last = finished || step + 1 === maxNewTokens[sentence];
      if (last) {
        const generated = ids.slice(ids.length - step - 1);
        results[sentence][sequence] = toHypothesis(generated, tokenLogProbs, {
          finished,
          lengthPenalty,
        });
      } else kept.push(row);
      options.emit?.({ sentence, sequence, step, id, logProb, last });
    });
    const count = running.length;
    running = kept.map((row) => running[row]);
    if (running.length > 0) await rows.select(Int32Array.from(kept), count);
  }
  return results;
}

/** The next tokens as the decoder found them. */
function bestAllowed(best: AllowedTokens): NextToken {
  return ({ sentence, tokenLogProbs: { length: step } }, row) => {
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
  return ({ sentence, sequence, ids, tokenLogProbs: { length: step } }, row) => {
    const scores = logits.subarray(row * vocabSize, (row + 1) * vocabSize);
    const logZ = normalizer(scores, sentence, step);
    if (processors.length > 0) {
      scratch.set(scores);
      const context = { sentence, ids, step, maxNewTokens: maxNewTokens[sentence] };
      for (const change of processors) change(scratch, context);
    }
    const id = choose(processors.length > 0 ? scratch : scores, { sentence, sequence, step });
    if (id < 0) throw noTokenLeft(sentence, step);
    return { id, logProb: scores[id] - logZ };
  };
}

/** Whether a token completes a hypothesis: it is the end token, or the last one of a stop sequence. */
export function isFinished(
  token: number,
  { before, generated, options: { eosTokenId, stopSequences } }: {
    /** Ids so far. */
    before: readonly number[];
    /** How many of them are new: a stop sequence does not reach into the prompt. */
    generated: number;
    options: ResolvedOptions;
  },
): boolean {
  if (token === eosTokenId) return true;
  return stopSequences.some((stop) => {
    const rest = stop.length - 1;
    if (stop[rest] !== token || rest > generated) return false;
    for (let i = 0; i < rest; i++) if (stop[i] !== before[before.length - rest + i]) return false;
    return true;
  });
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
