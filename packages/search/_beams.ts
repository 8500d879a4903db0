import type { Hypothesis } from "./types.ts";
import type { ResolvedOptions } from "./options.ts";
import type { TopCandidates } from "./_top_candidates.ts";
import { isFinished, noTokenLeft, toHypothesis } from "./_single_path.ts";

/** A hypothesis that may still grow. */
export interface Beam {
  /** Prompt or start token, then what was generated. */
  readonly ids: readonly number[];
  readonly logProb: number;
  readonly tokenLogProbs: readonly number[];
  /** Row of the decoder's state, among the rows of this sentence, that the beam grew from. */
  readonly parent: number;
}

/** The running and the finished beams of one sentence, with Hugging Face's rules for both. */
export class SentenceBeams {
  /** Number of the sentence in the input batch. */
  readonly sentence: number;
  /** Running beams, best first; one at the start, then at most `numBeams`. */
  running: Beam[];
  /** True when no step can change the result. */
  done = false;
  /** Best hypotheses that ended, best first, at most `numBeams`. */
  #ended: Hypothesis[] = [];
  readonly #options: ResolvedOptions;
  /** Number of tokens that were emitted, of which none can change any more. */
  #emitted = 0;

  constructor(sentence: number, options: ResolvedOptions) {
    this.sentence = sentence;
    this.#options = options;
    this.running = [{
      ids: options.prompts[sentence],
      logProb: 0,
      tokenLogProbs: [],
      parent: 0,
    }];
  }

  /** Number of tokens that every running beam has generated. */
  get step(): number {
    return this.running[0].tokenLogProbs.length;
  }

  /** Most tokens that this sentence may have. */
  get maxNewTokens(): number {
    return this.#options.maxNewTokens[this.sentence];
  }

  /**
   * Goes one step on: candidates that end are compared with the ended hypotheses, the others run.
   *
   * Each of the tokens that can end a hypothesis is at most `numBeams` times among the candidates, and there are
   * `numBeams` more than that, so enough are left to run. A
   * candidate ends only from among the first `numBeams`: the rest are there to run.
   *
   * @param candidates Best continuations of the running beams, best first.
   */
  advance(candidates: TopCandidates): void {
    const { numBeams } = this.#options;
    const atLimit = this.step + 1 === this.maxNewTokens;
    const next: Beam[] = [];
    if (candidates.size === 0 && this.#ended.length === 0) {
      throw noTokenLeft(this.sentence, this.step);
    }
    for (let i = 0; i < candidates.size; i++) {
      const token = candidates.tokens[i];
      const beam = this.running[candidates.beams[i]];
      const finished = isFinished(token, {
        before: beam.ids,
        generated: this.step,
        options: this.#options,
      });
      const ends = finished || atLimit;
      if (ends ? i >= numBeams : next.length === numBeams) continue;
      const logProb = candidates.logProbs[i];
      const ids = [...beam.ids, token];
      const tokenLogProbs = [...beam.tokenLogProbs, logProb - beam.logProb];
      if (ends) this.#end(ids, { tokenLogProbs, finished });
      else next.push({ ids, logProb, tokenLogProbs, parent: candidates.beams[i] });
    }
    this.#ended.sort((a, b) => b.score - a.score); // stable: of equals the earlier stays first
    this.#ended.length = Math.min(this.#ended.length, numBeams);
    this.done = next.length === 0 || this.#cannotImprove(next[0]);
    this.running = this.done ? [] : next;
    this.#emit();
  }

  /** The best ended hypotheses, best first; fewer than asked for if fewer exist. */
  result(): Hypothesis[] {
    return this.#ended.slice(0, this.#options.numReturnSequences);
  }

  #end(
    ids: readonly number[],
    { tokenLogProbs, finished }: { tokenLogProbs: number[]; finished: boolean },
  ): void {
    const { lengthPenalty } = this.#options;
    const generated = ids.slice(ids.length - tokenLogProbs.length);
    this.#ended.push(toHypothesis(generated, tokenLogProbs, { finished, lengthPenalty }));
  }

  /**
   * Emits the tokens in which all agree that may still become the best hypothesis: the running beams, and the best
   * of those that ended. The others that ended are worse for good.
   */
  #emit(): void {
    const { emit } = this.#options;
    if (!emit) return;
    const running = this.running.map(({ ids, tokenLogProbs }) => ({
      ids: ids.slice(ids.length - tokenLogProbs.length),
      tokenLogProbs,
    }));
    const [first, ...others] = [...this.#ended.slice(0, 1), ...running];
    const { length } = first.ids;
    for (; this.#emitted < length; this.#emitted++) {
      const step = this.#emitted, id = first.ids[step];
      if (others.some(({ ids }) => ids[step] !== id)) break;
      const last = this.done && step === length - 1;
      const logProb = first.tokenLogProbs[step];
      emit({ sentence: this.sentence, sequence: 0, step, id, logProb, last });
    }
  }

  #cannotImprove(best: Beam): boolean {
    const { numBeams, lengthPenalty, earlyStopping } = this.#options;
    if (this.#ended.length < numBeams) return false;
    if (earlyStopping === true) return true;
    const length = earlyStopping === "never" && lengthPenalty > 0
      ? this.maxNewTokens
      : best.tokenLogProbs.length;
    return best.logProb / length ** lengthPenalty <= this.#ended[numBeams - 1].score;
  }
}
