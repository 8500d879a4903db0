import type { TextPattern } from "../_text_pattern.ts";
import { type AlignedText, AlignedTextBuilder } from "./aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";

/** Replaces every match of a pattern by a text. */
export class Replace implements Normalizer {
  #pattern: TextPattern;
  #content: string;

  constructor(pattern: TextPattern, content: string) {
    this.#pattern = pattern;
    this.#content = content;
  }

  normalize(text: string): string {
    return this.#pattern.replaceAll(text, this.#content);
  }

  align(source: AlignedText): AlignedText {
    return replaceAligned(source, this.#pattern, this.#content);
  }

  toJSON(): Record<string, unknown> {
    return { type: "Replace", pattern: this.#pattern.toJSON(), content: this.#content };
  }
}

/** Replaces matches in an aligned text; a replacement stands where the last character of its match stands. */
export function replaceAligned(
  source: AlignedText,
  pattern: TextPattern,
  content: string,
): AlignedText {
  const builder = new AlignedTextBuilder(source);
  let at = 0;
  for (const [start, end] of pattern.matches(source.text)) {
    builder.copy(at, start);
    builder.insert(content, end - 1);
    at = end;
  }
  builder.copy(at, source.text.length);
  return builder.build();
}
