import { escapePattern } from "./_pattern.ts";
import { type Matcher, Regex } from "./regex/regex.ts";

/** A string or regular expression of tokenizer.json that is searched in texts. */
export class TextPattern {
  /** The string, when the pattern is one. */
  readonly string: string | undefined;
  /** The regular expression, when the pattern is one. */
  readonly regex: Regex | undefined;
  #regexSource: string | undefined;
  #global: RegExp;
  #here: RegExp; // the same, only where the last match ended

  private constructor(source: { string: string } | { regex: string }) {
    if ("string" in source) {
      this.string = source.string;
      this.#global = new RegExp(escapePattern(source.string), "gu");
      this.#here = new RegExp(this.#global.source, "uy");
    } else {
      this.#regexSource = source.regex;
      this.regex = Regex.parse(source.regex);
      this.#global = this.regex.global;
      this.#here = this.regex.sticky;
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
    const matcher = this.regex!.matcher(text);
    if (matcher !== undefined) return allMatches(matcher, text);
    const regex = this.#global;
    regex.lastIndex = 0;
    for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
      const start = match.index;
      const end = start + match[0].length;
      if (!isInsidePair(text, start)) found.push([start, end]);
      if (end === start) regex.lastIndex += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
    }
    return found;
  }

  /** Appends the start and end of every match and of every part between two matches; none of them is empty. */
  cut(text: string, cuts: number[]): void {
    const matcher = this.regex?.matcher(text);
    if (matcher !== undefined) return cutAt(allMatches(matcher, text), text, cuts);
    const here = this.#here;
    for (let start = 0; start < text.length;) {
      // Most patterns match everywhere; that needs no match objects.
      here.lastIndex = start;
      if (here.test(text) && here.lastIndex > start) {
        cuts.push(start, here.lastIndex);
        start = here.lastIndex;
        continue;
      }
      const regex = this.#global;
      regex.lastIndex = start;
      let match = regex.exec(text);
      while (match !== null && match[0] === "") {
        if (match.index > start && !isInsidePair(text, match.index)) {
          cuts.push(start, match.index);
          start = match.index;
        }
        regex.lastIndex = match.index + (text.codePointAt(match.index)! > 0xffff ? 2 : 1);
        match = regex.lastIndex > text.length ? null : regex.exec(text);
      }
      if (match === null) {
        if (text.length > start) cuts.push(start, text.length);
        return;
      }
      if (match.index > start) cuts.push(start, match.index);
      start = match.index + match[0].length;
      cuts.push(match.index, start);
    }
  }

  /** The text with every match replaced. */
  replaceAll(text: string, content: string): string {
    if (this.string !== undefined) {
      return this.string === "" ? text : text.replaceAll(this.string, () => content);
    }
    const regex = this.regex!;
    if (!regex.canBeEmpty && regex.matcher(text) === undefined) {
      return text.replace(this.#global, () => content);
    }
    let replaced = "", done = 0;
    for (const [start, end] of this.matches(text)) {
      replaced += text.slice(done, start) + content;
      done = end;
    }
    return replaced + text.slice(done);
  }

  /** As tokenizer.json writes it. */
  toJSON(): Record<string, string> {
    return this.string !== undefined ? { String: this.string } : { Regex: this.#regexSource! };
  }
}

/** Whether a place is within a character of two units: V8 finds `$` there, though it looks for whole characters. */
function isInsidePair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}

/** Where a text matches, as a global expression of JavaScript finds it. */
function allMatches(matcher: Matcher, text: string): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at <= text.length;) {
    const end = matcher.matchAt(at);
    if (end >= 0) found.push([at, end]);
    at = end > at ? end : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  }
  return found;
}

function cutAt(matches: readonly [number, number][], text: string, cuts: number[]): void {
  let done = 0;
  for (const [start, end] of matches) {
    if (start > done) cuts.push(done, start);
    if (end > start) cuts.push(start, end);
    done = end;
  }
  if (text.length > done) cuts.push(done, text.length);
}
