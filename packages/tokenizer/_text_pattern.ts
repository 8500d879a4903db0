import { escapePattern } from "./_pattern.ts";
import { translateRegex } from "./_regex.ts";

/** A string or regular expression of tokenizer.json that is searched in texts. */
export class TextPattern {
  /** The string, when the pattern is one. */
  readonly string: string | undefined;
  #regexSource: string | undefined;
  #regex: RegExp;

  private constructor(source: { string: string } | { regex: string }) {
    if ("string" in source) {
      this.string = source.string;
      this.#regex = new RegExp(escapePattern(source.string), "gu");
    } else {
      this.#regexSource = source.regex;
      this.#regex = translateRegex(source.regex);
    }
  }

  /** A pattern that matches exactly `text`. */
  static ofString(text: string): TextPattern {
    return new TextPattern({ string: text });
  }

  /** A regular expression in Oniguruma's syntax. */
  static ofRegex(source: string): TextPattern {
    return new TextPattern({ regex: source });
  }

  /** Where the pattern matches, `[start, end)`. */
  matches(text: string): [number, number][] {
    const found: [number, number][] = [];
    if (this.string !== undefined) {
      const { string } = this;
      if (string === "") return found;
      for (let at = text.indexOf(string); at >= 0;) {
        found.push([at, at + string.length]);
        at = text.indexOf(string, at + string.length);
      }
      return found;
    }
    const regex = this.#regex;
    regex.lastIndex = 0;
    for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
      const start = match.index;
      const end = start + match[0].length;
      found.push([start, end]);
      if (end === start) regex.lastIndex += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
    }
    return found;
  }

  /** The text with every match replaced. */
  replaceAll(text: string, content: string): string {
    if (this.string !== undefined) {
      return this.string === "" ? text : text.replaceAll(this.string, () => content);
    }
    return text.replace(this.#regex, () => content);
  }

  /** As tokenizer.json writes it. */
  toJSON(): Record<string, string> {
    return this.string !== undefined ? { String: this.string } : { Regex: this.#regexSource! };
  }
}
