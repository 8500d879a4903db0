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
  #byFirst = new Map<number, { lengths: number[]; tokens: Map<string, AddedToken> }>();

  /** `tokens`: what is looked for, with the token that it means. */
  constructor(tokens: Iterable<readonly [string, AddedToken]>) {
    const units = new Set<number>();
    for (const [content, token] of tokens) {
      if (content === "") continue;
      const unit = content.charCodeAt(0);
      units.add(unit);
      let same = this.#byFirst.get(unit);
      if (same === undefined) this.#byFirst.set(unit, same = { lengths: [], tokens: new Map() });
      if (!same.tokens.has(content)) same.tokens.set(content, token);
      if (!same.lengths.includes(content.length)) same.lengths.push(content.length);
    }
    for (const { lengths } of this.#byFirst.values()) lengths.sort((a, b) => b - a);
    if (units.size > 0) {
      const set = Array.from(units, (unit) => `\\u${unit.toString(16).padStart(4, "0")}`);
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

  #at(text: string, index: number): { token: AddedToken; length: number } | undefined {
    const { lengths, tokens } = this.#byFirst.get(text.charCodeAt(index))!;
    for (const length of lengths) {
      if (index + length > text.length) continue;
      const token = tokens.get(text.slice(index, index + length));
      if (token !== undefined) return { token, length };
    }
    return undefined;
  }
}

function touchesWordBefore(text: string, index: number): boolean {
  return index > 0 && ENDS_WITH_WORD.test(text.slice(Math.max(0, index - 2), index));
}

function touchesWordAfter(text: string, index: number): boolean {
  return STARTS_WITH_WORD.test(text.slice(index, index + 2));
}
