import { drawsOf } from "./draw.ts";
import { countWords, type Pair } from "./pair.ts";

/** Where a sentence ends, with the quotation mark or bracket after it. */
const SENTENCE_END = /[.!?…]["'”“’»«)]*$/u;

/** Least that is drawn for the words that a text may have. */
export const MIN_WORDS = 15;

/**
 * Joins sentences that follow each other in a document, so that a model meets long texts: a corpus of sentences
 * hardly holds any (Kondo et al. 2021, "Sentence Concatenation Approach to Data Augmentation for Neural Machine
 * Translation").
 */
export class Joiner {
  readonly #share: number;
  readonly #maxWords: number;
  /** The text that is being made, and how many words it may have. */
  #text?: { pair: Pair; words: number; readonly limit: number };

  /**
   * Makes one that has joined nothing yet.
   *
   * @param options Share of the pairs that begin a text; most words of its source.
   */
  constructor({ share, maxWords }: { share: number; maxWords: number }) {
    this.#share = share;
    this.#maxWords = maxWords;
  }

  /**
   * Takes the next pair of a file.
   *
   * @param pair A pair that is to be written.
   * @param copy Which copy of it; each is drawn by itself.
   * @returns What to write now; the pair itself may come later, with others.
   */
  add(pair: Pair, copy = 0): Pair[] {
    const words = countWords(pair.source);
    const ends = SENTENCE_END.test(pair.source) && SENTENCE_END.test(pair.target);
    const text = this.#text;
    const fits = text?.pair.document === pair.document && text.words + words <= text.limit;
    if (text && ends && fits) {
      const { source, target, document } = text.pair;
      text.pair = {
        source: `${source} ${pair.source}`,
        target: `${target} ${pair.target}`,
        document,
      };
      text.words += words;
      return [];
    }
    const done = this.end();
    const drawn = drawsOf(pair, copy);
    if (!ends || drawn("joined") >= this.#share) return [...done, pair];
    const limit = MIN_WORDS + Math.floor(drawn("length") * (this.#maxWords - MIN_WORDS + 1));
    this.#text = { pair, words, limit };
    return done;
  }

  /**
   * Ends the text that is being made.
   *
   * @returns It, if there is one.
   */
  end(): Pair[] {
    if (!this.#text) return [];
    const { pair } = this.#text;
    this.#text = undefined;
    return [pair];
  }
}
