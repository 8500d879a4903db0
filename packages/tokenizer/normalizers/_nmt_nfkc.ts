// SentencePiece's default normalisation "nmt_nfkc": Unicode NFKC as a list of rules, plus rules for control characters
// and spaces. A rule maps one to four characters to their replacement; the longest rule wins, from left to right.

type Range = readonly [number, number];

/** Characters that become a space: line breaks, zero-width and direction marks, the meta symbol, U+FFFD. */
const SPACES: readonly Range[] = [
  [0x0009, 0x000a],
  [0x000c, 0x000d],
  [0x1680, 0x1680],
  [0x200b, 0x200c],
  [0x200e, 0x200f],
  [0x2028, 0x2029],
  [0x2581, 0x2581],
  [0xfeff, 0xfeff],
  [0xfffd, 0xfffd],
];

/** Control characters that are removed. */
const REMOVED: readonly Range[] = [
  [0x0001, 0x0008],
  [0x000b, 0x000b],
  [0x000e, 0x001f],
  [0x007f, 0x007f],
  [0x008f, 0x008f],
  [0x009f, 0x009f],
];

/** The fullwidth tilde is kept: Japanese and Korean text writes it on purpose. */
const KEPT: readonly number[] = [0xff5e];

/**
 * Blocks with decompositions that came after Unicode 13, which SentencePiece's rules follow. Left out, so that every
 * JavaScript runtime makes the same rules.
 */
const NEWER_BLOCKS: readonly Range[] = [
  [0xa7f2, 0xa7f4],
  [0x105c0, 0x105ff],
  [0x10780, 0x107bf],
  [0x11380, 0x113ff],
  [0x16100, 0x1613f],
  [0x16d40, 0x16d7f],
  [0x1cc00, 0x1cebf],
  [0x1e030, 0x1e08f],
];

const CHUNK = 128;

/** All rules, key to replacement. */
export function nmtNfkcRules(): Map<string, string> {
  const rules = nfkcRules();
  for (const character of charactersIn(SPACES)) rules.set(character, " ");
  for (const character of charactersIn(REMOVED)) rules.set(character, "");
  for (const code of KEPT) rules.delete(String.fromCodePoint(code));
  return rules;
}

function nfkcRules(): Map<string, string> {
  const rules = new Map<string, string>();
  const variants = new Map<string, string[]>(); // character -> characters that decompose to it alone
  const composed: [string, string][] = []; // full decomposition -> composed form
  for (const character of decomposingCharacters()) {
    const nfkc = character.normalize("NFKC");
    const nfkd = character.normalize("NFKD");
    if (nfkc !== character) rules.set(character, nfkc);
    if (isOneCharacter(nfkd)) {
      const known = variants.get(nfkd);
      if (known === undefined) variants.set(nfkd, [character]);
      else known.push(character);
    } else if (nfkc !== nfkd) composed.push([nfkd, nfkc]);
  }

  // A base character and its marks compose, whichever variants they are written with.
  const sequences: Map<string, string>[] = [];
  for (const [nfkd, nfkc] of composed) {
    const characters = [...nfkd];
    const sameLength = sequences[characters.length] ??= new Map();
    for (const sequence of spellings(characters, variants, 0)) {
      if (sequence !== nfkc) sameLength.set(sequence, nfkc);
    }
  }
  // A longer rule is needed only where shorter ones do not give the same.
  for (const [length, sameLength] of sequences.entries()) {
    if (sameLength === undefined) continue;
    const needed: [string, string][] = [];
    for (const rule of sameLength) {
      if (applyRules(rules, rule[0], length - 1) !== rule[1]) needed.push(rule);
    }
    for (const [sequence, nfkc] of needed) rules.set(sequence, nfkc);
  }
  return rules;
}

function* decomposingCharacters(): Generator<string> {
  for (let start = 0; start < 0x110000; start += CHUNK) {
    if (start >= 0xd800 && start < 0xe000) continue;
    // Whole chunks first: most of Unicode does not decompose.
    const codes = Array.from({ length: CHUNK }, (_, i) => start + i);
    const text = String.fromCodePoint(...codes);
    if (text.normalize("NFKD") === text) continue;
    for (const code of codes) {
      if (NEWER_BLOCKS.some(([first, last]) => code >= first && code <= last)) continue;
      const character = String.fromCodePoint(code);
      if (character.normalize("NFKD") !== character || character.normalize("NFKC") !== character) {
        yield character;
      }
    }
  }
}

function* spellings(
  characters: string[],
  variants: ReadonlyMap<string, string[]>,
  from: number,
): Generator<string> {
  if (from === characters.length) {
    yield "";
    return;
  }
  const character = characters[from];
  for (const rest of spellings(characters, variants, from + 1)) {
    yield character + rest;
    for (const variant of variants.get(character) ?? []) yield variant + rest;
  }
}

function applyRules(rules: ReadonlyMap<string, string>, text: string, maxLength: number): string {
  const starts: number[] = []; // of the characters, and the end
  for (let at = 0; at < text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) starts.push(at);
  starts.push(text.length);
  const count = starts.length - 1;
  let result = "";
  for (let i = 0; i < count;) {
    let length = Math.min(maxLength, count - i);
    let replacement: string | undefined;
    for (; length > 0; length--) {
      replacement = rules.get(text.slice(starts[i], starts[i + length]));
      if (replacement !== undefined) break;
    }
    result += replacement ?? text.slice(starts[i], starts[i + 1]);
    i += replacement === undefined ? 1 : length;
  }
  return result;
}

function* charactersIn(ranges: readonly Range[]): Generator<string> {
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code++) yield String.fromCodePoint(code);
  }
}

function isOneCharacter(text: string): boolean {
  return text.length === (text.codePointAt(0)! > 0xffff ? 2 : 1);
}
