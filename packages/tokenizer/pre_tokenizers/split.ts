import type { TextPattern } from "../_text_pattern.ts";
import { cutAtMatches, type SplitBehavior } from "./_split_behavior.ts";
import { CuttingPreTokenizer } from "./pre_tokenizer.ts";

/** Splits at the matches of a string or regular expression. */
export class Split extends CuttingPreTokenizer {
  #pattern: TextPattern;
  #behavior: SplitBehavior;
  #invert: boolean;

  constructor(pattern: TextPattern, behavior: SplitBehavior, invert: boolean) {
    super();
    this.#pattern = pattern;
    this.#behavior = behavior;
    this.#invert = invert;
  }

  cut(text: string, cuts: number[]): void {
    if (this.#behavior === "Isolated") return this.#pattern.cut(text, cuts);
    const matches = this.#pattern.matches(text);
    cutAtMatches(matches, text.length, { behavior: this.#behavior, invert: this.#invert, cuts });
  }

  toJSON(): Record<string, unknown> {
    return {
      type: "Split",
      pattern: this.#pattern.toJSON(),
      behavior: this.#behavior,
      invert: this.#invert,
    };
  }
}
