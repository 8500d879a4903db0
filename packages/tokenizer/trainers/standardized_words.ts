/** Settings of {@linkcode standardizedWords}. */
export interface StandardizedWordsOptions {
  /** Whether letters become lower case; default true. */
  readonly lowercase?: boolean;
  /**
   * What happens to punctuation: it is removed (`don't` becomes `dont`), it becomes words of its own, one per character,
   * or it stays in the words; default `strip`.
   */
  readonly punctuation?: "strip" | "split" | "keep";
  /** Punctuation that stays in the words all the same, such as `[]` around marks like `[start]`; default none. */
  readonly keptPunctuation?: string;
}

/** All of Unicode's punctuation, and the ASCII symbols that are punctuation on a keyboard. */
const PUNCTUATION = /[\p{P}$+<=>^`|~]/gu;
const SPACES = /\p{White_Space}+/u;

/**
 * Makes a function that standardises a line and cuts it at spaces: the text vectorization of the lessons on sequence
 * models, for the trainers' `preTokenize`.
 *
 * @param options What to change
 * @returns Line to words
 * @throws {RangeError} If `punctuation` is none of its values
 *
 * @example
 * ```ts
 * import { standardizedWords } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(standardizedWords()("[START] Don't go!"), ["start", "dont", "go"]);
 * const split = standardizedWords({ punctuation: "split", keptPunctuation: "[]'" });
 * assertEquals(split("[START] Don't go!"), ["[start]", "don't", "go", "!"]);
 * ```
 */
export function standardizedWords(
  options: StandardizedWordsOptions = {},
): (line: string) => string[] {
  const { lowercase = true, punctuation = "strip", keptPunctuation = "" } = options;
  if (!["strip", "split", "keep"].includes(punctuation)) {
    throw new RangeError(
      `Cannot standardise words with punctuation ${
        JSON.stringify(punctuation)
      }: it must be strip, split or keep`,
    );
  }
  const kept = new Set(keptPunctuation);
  const replace = (mark: string) => {
    if (kept.has(mark)) return mark;
    return punctuation === "split" ? ` ${mark} ` : "";
  };
  return (line) => {
    let text = lowercase ? line.toLowerCase() : line;
    if (punctuation !== "keep") text = text.replace(PUNCTUATION, replace);
    return text.split(SPACES).filter((word) => word !== "");
  };
}
