import { type CharacterClass, codePointBefore } from "./character_class.ts";
import type { Matcher } from "./regex.ts";

/** Units of a stretch that counts as long. */
const LONG = 1024;
/** Units that the native engine may read in vain, and besides for each unit of the text. */
const MOST_READ = 1 << 26, MOST_READ_PER_UNIT = 16;

/** Stretches `[start, end)` of a text that only have characters of some sets, as far as they are long. */
export function longStretches(
  text: string,
  classes: readonly CharacterClass[],
): [number, number][] {
  const has = (code: number) => classes.some((one) => one.has(code));
  const stretches: [number, number][] = [];
  // A long stretch covers one of these places; most of them need one look.
  for (let at = LONG - 1; at < text.length;) {
    let start = at, end = at;
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) start = end = at + 1; // a character's second half
    while (end < text.length && has(text.codePointAt(end)!)) {
      end += text.codePointAt(end)! > 0xffff ? 2 : 1;
    }
    if (end > at) {
      while (start > 0 && has(codePointBefore(text, start))) {
        start -= codePointBefore(text, start) > 0xffff ? 2 : 1;
      }
    }
    if (end - start >= LONG) stretches.push([start, end]);
    at = Math.max(at + LONG, end + LONG - 1);
  }
  return stretches;
}

/**
 * The native engine as long as it reads little in vain: at a place in a long stretch it may read to the stretch's end
 * and not match. When it has done so too often, the other engine goes on.
 */
export class GuardedMatcher implements Matcher {
  #here: RegExp;
  #text: string;
  #stretches: readonly (readonly [number, number])[];
  #other: () => Matcher;
  #next = 0; // the first stretch that is not behind
  #read = 0;
  #replacement: Matcher | undefined;

  /** `here`: a sticky expression; `other`: makes the engine that goes on. */
  constructor(
    here: RegExp,
    text: string,
    { stretches, other }: {
      stretches: readonly (readonly [number, number])[];
      other: () => Matcher;
    },
  ) {
    this.#here = here;
    this.#text = text;
    this.#stretches = stretches;
    this.#other = other;
  }

  /** Whether the other engine goes on. */
  get hasGivenUp(): boolean {
    return this.#replacement !== undefined;
  }

  matchAt(at: number): number {
    if (this.#replacement !== undefined) return this.#replacement.matchAt(at);
    const stretches = this.#stretches;
    while (this.#next < stretches.length && stretches[this.#next][1] <= at) this.#next++;
    if (this.#next < stretches.length && stretches[this.#next][0] <= at) {
      this.#read += stretches[this.#next][1] - at;
      if (this.#read > MOST_READ + MOST_READ_PER_UNIT * this.#text.length) {
        this.#replacement = this.#other();
        return this.#replacement.matchAt(at);
      }
    }
    this.#here.lastIndex = at;
    return this.#here.test(this.#text) ? this.#here.lastIndex : -1;
  }
}
