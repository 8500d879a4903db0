const UNKNOWN = 0, IN = 1, OUT = 2;

/** Whether characters are of a set; answers are remembered. */
export class CharacterClass {
  #pattern: RegExp;
  #known: Uint8Array | undefined;

  /** `source`: the set as a JavaScript expression with the u flag writes it. */
  constructor(source: string) {
    this.#pattern = new RegExp(`^(?:${source})`, "u");
  }

  /** Whether the character with this code point is of the set. */
  has(code: number): boolean {
    if (code > 0xffff) return this.#pattern.test(String.fromCodePoint(code));
    const known = this.#known ??= new Uint8Array(0x10000);
    if (known[code] === UNKNOWN) {
      known[code] = this.#pattern.test(String.fromCharCode(code)) ? IN : OUT;
    }
    return known[code] === IN;
  }
}

/** The character before a place, which may be two units. */
export function codePointBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  if ((unit & 0xfc00) !== 0xdc00 || at < 2) return unit;
  const before = text.charCodeAt(at - 2);
  return (before & 0xfc00) === 0xd800
    ? (before - 0xd800) * 0x400 + (unit - 0xdc00) + 0x10000
    : unit;
}
