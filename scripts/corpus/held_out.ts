import { textKey } from "./pair.ts";

/** Words in a row that a training pair may not share with a test. */
const ngram = 8;

/** The texts that a model will be tested on, to keep them out of what it is trained on. */
export class HeldOut {
  readonly #keys = new Set<string>();
  readonly #ngrams = new Set<string>();

  /**
   * Adds a test sentence, of either language.
   *
   * @param text The sentence.
   */
  add(text: string): void {
    this.#keys.add(textKey(text));
    for (const words of wordNgrams(text)) this.#ngrams.add(words);
  }

  /**
   * Whether a text is a test sentence, or shares eight words in a row with one.
   *
   * @param text A training text.
   * @returns True when it has to stay out.
   */
  has(text: string): boolean {
    return this.#keys.has(textKey(text)) ||
      wordNgrams(text).some((words) => this.#ngrams.has(words));
  }
}

function wordNgrams(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, Math.max(0, words.length - ngram + 1)).map((_, i) =>
    words.slice(i, i + ngram).join(" ")
  );
}
