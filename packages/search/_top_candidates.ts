/**
 * The best continuations of a sentence's beams, collected without sorting the vocabulary.
 *
 * A sorted list of a few entries: nearly every token fails one comparison with its last entry.
 */
export class TopCandidates {
  /** Number of candidates found, at most the capacity. */
  size = 0;
  /** Accumulated log-probabilities, best first. */
  readonly logProbs: Float64Array;
  /** Beam that each candidate continues. */
  readonly beams: Int32Array;
  /** Token that each candidate adds. */
  readonly tokens: Int32Array;

  constructor(capacity: number) {
    this.logProbs = new Float64Array(capacity);
    this.beams = new Int32Array(capacity);
    this.tokens = new Int32Array(capacity);
  }

  /**
   * Offers every token of one beam; of equal candidates the one that was offered first is better.
   *
   * @param beam Number of the beam.
   * @param scores Scores of the beam's next token `[vocabSize]`.
   * @param offset What is added to each score.
   */
  offer(beam: number, scores: Float32Array, offset: number): void {
    const capacity = this.logProbs.length;
    let worst = this.size < capacity ? -Infinity : this.logProbs[capacity - 1];
    for (let i = 0; i < scores.length; i++) {
      const logProb = scores[i] + offset;
      if (!(logProb > worst)) continue;
      this.offerToken(beam, i, logProb);
      if (this.size === capacity) worst = this.logProbs[capacity - 1];
    }
  }

  /**
   * Offers one token of one beam.
   *
   * @param beam Number of the beam.
   * @param token Id of the token.
   * @param logProb Accumulated log-probability of the beam with this token.
   */
  offerToken(beam: number, token: number, logProb: number): void {
    const capacity = this.logProbs.length;
    if (this.size === capacity && !(logProb > this.logProbs[capacity - 1])) return;
    let at = this.size < capacity ? this.size++ : capacity - 1;
    for (; at > 0 && this.logProbs[at - 1] < logProb; at--) {
      this.logProbs[at] = this.logProbs[at - 1];
      this.beams[at] = this.beams[at - 1];
      this.tokens[at] = this.tokens[at - 1];
    }
    this.logProbs[at] = logProb;
    this.beams[at] = beam;
    this.tokens[at] = token;
  }
}
