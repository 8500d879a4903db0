// SentencePiece's compiled normalisation rules: a darts-clone double-array trie over UTF-8 keys, and the
// replacement strings, each ended by a NUL.
//
//   u32 size of the trie in bytes | trie: u32 units | replacements
//
// A unit holds: bits 0-7 label, bit 8 "a key ends here", bit 9 and bits 10-31 the offset to the children.
// The child for byte c of the unit at p is at p ^ offset ^ c; the leaf (c = 0) holds where the replacement starts.

/** What {@linkcode Charsmap.kinds} says of a UTF-16 unit that may begin a rule. */
export const MAPPED = 1;
/** A unit that begins only longer rules: it stands for itself unless a {@linkcode CONTINUES} unit follows. */
export const COMPOSES = 2;
/** A unit that may be the second character of a rule. */
export const CONTINUES = 4;

const HAS_LEAF = 1 << 8;
const LABEL = 0x800000ff;

export class Charsmap {
  /** Bits for each UTF-16 unit: MAPPED, COMPOSES, CONTINUES. */
  readonly kinds: Uint8Array = new Uint8Array(65536);
  /** UTF-16 units that the latest successful {@linkcode match} covered. */
  matched = 0;

  #units: Uint32Array;
  #replacements: Uint8Array;
  #decoded = new Map<number, string>();

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const trieBytes = bytes.length >= 4 ? view.getUint32(0, true) : 0;
    if (trieBytes === 0 || trieBytes % 4 !== 0 || trieBytes >= bytes.length - 4) {
      throw new SyntaxError(
        `Cannot read precompiledCharsmap: its trie of ${trieBytes} bytes does not fit in ${bytes.length} bytes`,
      );
    }
    this.#units = new Uint32Array(trieBytes / 4);
    for (let i = 0; i < this.#units.length; i++) this.#units[i] = view.getUint32(4 + 4 * i, true);
    this.#replacements = bytes.subarray(4 + trieBytes);
    this.#classify();
  }

  /** The replacement of the longest rule that matches at `index`; undefined when none does. Sets `matched`. */
  match(text: string, index: number): string | undefined {
    let position = offsetOf(this.#units[0]);
    let longest = -1;
    for (let i = index; i < text.length;) {
      const code = text.codePointAt(i)!;
      position = this.#walkCodePoint(position, code);
      if (position < 0) break;
      i += code > 0xffff ? 2 : 1;
      const value = this.#leaf(position);
      if (value >= 0) {
        longest = value;
        this.matched = i - index;
      }
      position ^= offsetOf(this.#units[position]);
    }
    return longest < 0 ? undefined : this.#replacement(longest);
  }

  /** The replacement of the shortest rule that matches at the beginning of `text`; undefined when none does. */
  matchShortest(text: string): string | undefined {
    let position = offsetOf(this.#units[0]);
    for (const character of text) {
      position = this.#walkCodePoint(position, character.codePointAt(0)!);
      if (position < 0) return undefined;
      const value = this.#leaf(position);
      if (value >= 0) return this.#replacement(value);
      position ^= offsetOf(this.#units[position]);
    }
    return undefined;
  }

  /** From the children block `base`, the unit that the last UTF-8 byte of `code` leads to, or -1. */
  #walkCodePoint(base: number, code: number): number {
    if (code < 0x80) return this.#child(base, code);
    let shift = code < 0x800 ? 6 : code < 0x10000 ? 12 : 18;
    let unit = this.#child(base, leadByte(code));
    while (unit >= 0 && shift > 0) {
      shift -= 6;
      unit = this.#child(
        unit ^ offsetOf(this.#units[unit]),
        0x80 | ((code >> shift) & 0x3f),
      );
    }
    return unit;
  }

  #child(base: number, byte: number): number {
    const position = base ^ byte;
    if (byte === 0 || position >= this.#units.length) return -1;
    return ((this.#units[position] & LABEL) >>> 0) === byte ? position : -1;
  }

  /** Where the replacement of the key ending at `position` starts, or -1. */
  #leaf(position: number): number {
    const unit = this.#units[position];
    if ((unit & HAS_LEAF) === 0) return -1;
    const leaf = position ^ offsetOf(unit);
    return leaf < this.#units.length ? this.#units[leaf] & 0x7fffffff : -1;
  }

  #replacement(start: number): string {
    const known = this.#decoded.get(start);
    if (known !== undefined) return known;
    const end = this.#replacements.indexOf(0, start);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      this.#replacements.subarray(start, end < 0 ? undefined : end),
    );
    this.#decoded.set(start, text);
    return text;
  }

  /** Fills `kinds`, so that text without rules is copied at one table look-up a unit. */
  #classify(): void {
    const kinds = this.kinds;
    const continuing = new Uint8Array(256); // first bytes of the second character of a rule
    const seen = new Set<number>();
    const root = offsetOf(this.#units[0]);
    for (let lead = 1; lead < 256; lead++) {
      this.#walkCharacters(root, lead, 0, 0, (code, position) => {
        const unit = this.#units[position];
        const base = position ^ offsetOf(unit);
        const first = code > 0xffff ? 0xd800 + ((code - 0x10000) >> 10) : code;
        // An astral character always takes the slow path: its first unit does not tell which it is.
        if (code > 0xffff || this.#leaf(position) >= 0) kinds[first] |= MAPPED;
        else kinds[first] |= COMPOSES;
        if (seen.has(base)) return;
        seen.add(base);
        for (let byte = 1; byte < 256; byte++) {
          if (this.#child(base, byte) >= 0) continuing[byte] = 1;
        }
      });
    }
    for (let unit = 0; unit < 65536; unit++) {
      const lead = unit >= 0xd800 && unit <= 0xdbff ? -1 : leadByte(unit);
      // Surrogates: any of F0 to F4 may be meant.
      const continues = lead >= 0
        ? continuing[lead] !== 0
        : continuing.subarray(0xf0, 0xf5).includes(1);
      if (continues) kinds[unit] |= CONTINUES;
    }
    // A single-character rule may begin a longer one too; MAPPED covers both.
  }

  /** Calls back for every first character of a key that starts with byte `byte`. */
  #walkCharacters(
    base: number,
    byte: number,
    code: number,
    missing: number,
    visit: (code: number, position: number) => void,
  ): void {
    const position = this.#child(base, byte);
    if (position < 0) return;
    if (missing > 0) {
      code = (code << 6) | (byte & 0x3f);
      missing--;
    } else if (byte < 0x80) code = byte;
    else if (byte >= 0xc2 && byte < 0xe0) [code, missing] = [byte & 0x1f, 1];
    else if (byte >= 0xe0 && byte < 0xf0) [code, missing] = [byte & 0x0f, 2];
    else if (byte >= 0xf0 && byte < 0xf5) [code, missing] = [byte & 0x07, 3];
    else return;
    if (missing === 0) return visit(code, position);
    const children = position ^ offsetOf(this.#units[position]);
    for (let next = 0x80; next < 0xc0; next++) {
      this.#walkCharacters(children, next, code, missing, visit);
    }
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
}

function leadByte(code: number): number {
  if (code < 0x80) return code;
  if (code < 0x800) return 0xc0 | (code >> 6);
  if (code < 0x10000) return 0xe0 | (code >> 12);
  return 0xf0 | (code >> 18);
}
