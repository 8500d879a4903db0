/** A token that is found in texts before they are split into words. */
export interface AddedToken {
  /** Its id. */
  readonly id: number;
  /** What is found. */
  readonly content: string;
  /** Whether it is only found where no word character touches it; default false. */
  readonly singleWord?: boolean;
  /** Whether white space before it belongs to it; default false. */
  readonly lstrip?: boolean;
  /** Whether white space after it belongs to it; default false. */
  readonly rstrip?: boolean;
  /** Whether it is found in the normalised text instead of the original; default false. */
  readonly normalized?: boolean;
  /** Whether decoding leaves it out unless asked; default false. */
  readonly special?: boolean;
}

const WORD = "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d]";
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, "u");
const STARTS_WITH_WORD = new RegExp(`^${WORD}`, "u");
const SPACE = /\p{White_Space}/u;

/** A part of a text: an added token, or (id -1) text between them. */
export interface TextPart {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Finds added tokens: leftmost, and the longest of those that begin at a place. */
export class AddedTokenFinder {
  #first: RegExp | undefined;
  #contents: readonly string[]; // sorted
  #tokens: readonly AddedToken[]; // theirs
  #byFirst = new Map<number, [start: number, end: number]>(); // first unit -> range of contents

  /** `tokens`: what is looked for, with the token that it means. */
  constructor(tokens: Iterable<readonly [string, AddedToken]>) {
    const byContent = new Map<string, AddedToken>();
    for (const [content, token] of tokens) {
      if (content !== "" && !byContent.has(content)) byContent.set(content, token);
    }
    this.#contents = Array.from(byContent.keys()).sort(); // by UTF-16 units
    this.#tokens = this.#contents.map((content) => byContent.get(content)!);
    for (const [i, content] of this.#contents.entries()) {
      const range = this.#byFirst.get(content.charCodeAt(0));
      if (range === undefined) this.#byFirst.set(content.charCodeAt(0), [i, i + 1]);
      else range[1] = i + 1;
    }
    if (this.#byFirst.size > 0) {
      const set = Array.from(
        this.#byFirst.keys(),
        (unit) => `\\u${unit.toString(16).padStart(4, "0")}`,
      );
      this.#first = new RegExp(`[${set.join("")}]`, "g");
    }
  }

  /** The parts of a text in order; none of them is empty. */
  split(text: string): TextPart[] {
    const parts: TextPart[] = [];
    let done = 0;
    const first = this.#first;
    if (first !== undefined) {
      first.lastIndex = 0;
      for (let found = first.exec(text); found !== null; found = first.exec(text)) {
        const token = this.#at(text, found.index);
        if (token === undefined) continue;
        const matchEnd = found.index + token.length;
        first.lastIndex = matchEnd;
        const { id, singleWord, lstrip, rstrip } = token.token;
        let start = found.index;
        let end = matchEnd;
        if (singleWord && (touchesWordBefore(text, start) || touchesWordAfter(text, end))) continue;
        if (lstrip) { while (start > done && SPACE.test(text[start - 1])) start--; }
        if (rstrip) { while (end < text.length && SPACE.test(text[end])) end++; }
        if (start > done) parts.push({ id: -1, start: done, end: start });
        parts.push({ id, start, end });
        done = end;
      }
    }
    if (done < text.length) parts.push({ id: -1, start: done, end: text.length });
    return parts;
  }

  /** The longest token that begins here. Units are compared one after the other, whatever the tokens are. */
  #at(text: string, index: number): { token: AddedToken; length: number } | undefined {
    let [start, end] = this.#byFirst.get(text.charCodeAt(index))!;
    let found = -1;
    for (let depth = 1; start < end; depth++) {
      // Of those that begin with these units, the one that has no more comes first.
      if (this.#contents[start].length === depth) found = start++;
      if (start === end || index + depth >= text.length) break;
      const unit = text.charCodeAt(index + depth);
      // Most often the range has few others, at its ends.
      if (this.#contents[start].charCodeAt(depth) < unit) {
        start = this.#firstFrom(unit, depth, start + 1, end);
      }
      if (start < end && this.#contents[end - 1].charCodeAt(depth) > unit) {
        if (end - start > 1 && this.#contents[end - 2].charCodeAt(depth) === unit) end--;
        else end = this.#firstFrom(unit + 1, depth, start, end - 1);
      }
    }
    if (found < 0) return undefined;
    return { token: this.#tokens[found], length: this.#contents[found].length };
  }

  /** The first content of a range whose unit at `depth` is `unit` or more. */
  #firstFrom(unit: number, depth: number, start: number, end: number): number {
    while (start < end) {
      const middle = (start + end) >> 1;
      if (this.#contents[middle].charCodeAt(depth) < unit) start = middle + 1;
      else end = middle;
    }
    return start;
  }
}

function touchesWordBefore(text: string, index: number): boolean {
  return index > 0 && ENDS_WITH_WORD.test(text.slice(Math.max(0, index - 2), index));
}

function touchesWordAfter(text: string, index: number): boolean {
  return STARTS_WITH_WORD.test(text.slice(index, index + 2));
}
