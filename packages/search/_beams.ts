import type { Hypothesis } from "./types.ts";
import type { ResolvedOptions } from "./options.ts";
import type { TopCandidates } from "./_top_candidates.ts";
import { noTokenLeft, toHypothesis } from "./_single_path.ts";

/** A hypothesis that may still grow. */
export interface Beam {
  /** Start token, then what was generated. */
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

  constructor(sentence: number, options: ResolvedOptions) {
    this.sentence = sentence;
    this.#options = options;
    this.running = [{
      ids: [options.startTokenId],
      logProb: 0,
      tokenLogProbs: [],
      parent: 0,
    }];
  }

  /** Number of tokens that every running beam has generated. */
  get step(): number {
    return this.running[0].ids.length - 1;
  }

  /** Most tokens that this sentence may have. */
  get maxNewTokens(): number {
    return this.#options.maxNewTokens[this.sentence];
  }

  /**
   * Goes one step on: candidates that end are compared with the ended hypotheses, the others run.
   *
   * Of `2 * numBeams` candidates at most `numBeams` are end tokens, so enough are left to run. A
   * candidate ends only from among the first `numBeams`: the rest are there to run.
   *
   * @param candidates Best continuations of the running beams, best first.
   */
  advance(candidates: TopCandidates): void {
    const { numBeams, eosTokenId } = this.#options;
    const atLimit = this.step + 1 === this.maxNewTokens;
    const next: Beam[] = [];
    if (candidates.size === 0 && this.#ended.length === 0) {
      throw noTokenLeft(this.sentence, this.step);
    }
    for (let i = 0; i < candidates.size; i++) {
      const token = candidates.tokens[i];
      const ends = token === eosTokenId || atLimit;
      if (ends ? i >= numBeams : next.length === numBeams) continue;
      const logProb = candidates.logProbs[i];
      const beam = this.running[candidates.beams[i]];
      const ids = [...beam.ids, token];
      const tokenLogProbs = [...beam.tokenLogProbs, logProb - beam.logProb];
      if (ends) this.#end(ids, tokenLogProbs);
      else next.push({ ids, logProb, tokenLogProbs, parent: candidates.beams[i] });
    }
    this.#ended.sort((a, b) => b.score - a.score); // stable: of equals the earlier stays first
    this.#ended.length = Math.min(this.#ended.length, numBeams);
    this.done = next.length === 0 || this.#cannotImprove(next[0]);
    this.running = this.done ? [] : next;
  }

  /** The best ended hypotheses, best first; fewer than asked for if fewer exist. */
  result(): Hypothesis[] {
    return this.#ended.slice(0, this.#options.numReturnSequences);
  }

  #end(ids: number[], tokenLogProbs: number[]): void {
    const { eosTokenId, lengthPenalty } = this.#options;
    const finished = ids[ids.length - 1] === eosTokenId;
    this.#ended.push(toHypothesis(ids.slice(1), tokenLogProbs, { finished, lengthPenalty }));
  }

  #cannotImprove(best: Beam): boolean {
    const { numBeams, lengthPenalty, earlyStopping } = this.#options;
    if (this.#ended.length < numBeams) return false;
    if (earlyStopping === true) return true;
    const length = earlyStopping === "never" && lengthPenalty > 0
      ? this.maxNewTokens
      : best.ids.length - 1;
    return best.logProb / length ** lengthPenalty <= this.#ended[numBeams - 1].score;
  }
}
