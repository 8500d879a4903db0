/** A class for every character: a table for the first plane, expressions for the rest. */
export class CharacterClasses {
  /** Class of each UTF-16 unit; surrogates are 0. */
  readonly table: Uint8Array = new Uint8Array(0x10000);
  #patterns: readonly RegExp[];

  /** A character that the i-th pattern (source of a set) has is of class `i + 1`, the first that fits; else 0. */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map((source) => new RegExp(`[${source}]`, "u"));
    for (let unit = 0; unit < 0x10000; unit++) {
      if ((unit & 0xf800) !== 0xd800) this.table[unit] = this.#find(String.fromCharCode(unit));
    }
  }

  /** The class of the character with this code point. */
  of(code: number): number {
    return code < 0x10000 ? this.table[code] : this.#find(String.fromCodePoint(code));
  }

  #find(character: string): number {
    return this.#patterns.findIndex((pattern) => pattern.test(character)) + 1;
  }
}
