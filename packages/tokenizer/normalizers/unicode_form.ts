import { type AlignedText, AlignedTextBuilder } from "./aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";
import { NEWER_DECOMPOSITIONS } from "./_unicode_tables.ts";

/** A Unicode normalisation form. */
export type UnicodeFormName = "NFC" | "NFD" | "NFKC" | "NFKD";

const KEPT = new RegExp(`[${NEWER_DECOMPOSITIONS}]`, "u");
const LOWEST_CLASS = "\u0334"; // combining class 1
const HIGHEST_CLASS = "\u0345"; // combining class 240
/** One mark of every combining class, in their order. */
const CLASSES = [
  ..."\u0334\u{16ff0}\u093c\u3099\u094d\u05b0\u05b1\u05b2\u05b3\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9",
  ..."\u05bb\u05bc\u05bd\u05bf\u05c1\u05c2\ufb1e\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670",
  ..."\u0711\u0c55\u0c56\u0e38\u0e48\u0eb8\u0ec8\u0f71\u0f72\u0f74\u0321\u1dce\u031b\u1dfa\u0316",
  ..."\u059a\u302e\u{1d16d}\u05ae\u0301\u0315\u035c\u035d\u0345",
];
const classes = new Map<string, number>();

/** Unicode normalisation NFC, NFD, NFKC or NFKD. */
export class UnicodeForm implements Normalizer {
  readonly form: UnicodeFormName;
  #decomposed: "NFD" | "NFKD";
  #composes: boolean;

  constructor(form: UnicodeFormName) {
    this.form = form;
    this.#decomposed = form.endsWith("KC") || form.endsWith("KD") ? "NFKD" : "NFD";
    this.#composes = form.endsWith("C");
  }

  normalize(text: string): string {
    if (!KEPT.test(text)) return text.normalize(this.form);
    return this.#characters(text).characters.join("");
  }

  align(source: AlignedText): AlignedText {
    const { text } = source;
    const builder = new AlignedTextBuilder(source);
    // Stretches of ASCII stay as they are, up to the last character, which a mark may follow.
    let at = 0;
    for (const match of text.matchAll(/[^\0-\x7f]+/g)) {
      const start = Math.max(at, match.index - 1);
      const end = match.index + match[0].length;
      const stretch = text.slice(start, end);
      builder.copy(at, start);
      if (stretch.normalize(this.form) === stretch) builder.copy(start, end);
      else this.#alignStretch(builder, { stretch, start });
      at = end;
    }
    builder.copy(at, text.length);
    return builder.build();
  }

  toJSON(): Record<string, unknown> {
    return { type: this.form };
  }

  #alignStretch(
    builder: AlignedTextBuilder,
    { stretch, start }: { stretch: string; start: number },
  ): void {
    const { characters, changes } = this.#characters(stretch);
    let at = 0;
    for (let i = 0; i < characters.length; i++) {
      const change = changes[i];
      if (change > 0) {
        builder.insert(characters[i], start + at - 1);
        continue;
      }
      builder.insert(characters[i], start + at);
      for (let removed = 0; removed <= -change && at < stretch.length; removed++) {
        at += stretch.codePointAt(at)! > 0xffff ? 2 : 1;
      }
    }
  }

  /** The normalised characters, each with the change that `transform` describes. */
  #characters(text: string): { characters: string[]; changes: number[] } {
    const decomposed = decompose(text, this.#decomposed);
    return this.#composes ? compose(decomposed) : decomposed;
  }
}

interface Changed {
  characters: string[];
  changes: number[];
}

function decompose(text: string, form: "NFD" | "NFKD"): Changed {
  const characters: string[] = [];
  const changes: number[] = [];
  let sorted = 0; // marks before this place are in order
  const sortMarks = () => {
    if (characters.length - sorted > 1) {
      const order = characters.slice(sorted).map((character, i) => ({
        character,
        change: changes[sorted + i],
        rank: combiningClass(character),
      })).sort((a, b) => a.rank - b.rank);
      for (const [i, { character, change }] of order.entries()) {
        characters[sorted + i] = character;
        changes[sorted + i] = change;
      }
    }
    sorted = characters.length;
  };
  for (const character of text) {
    const parts = character < "\x80" || KEPT.test(character)
      ? character
      : character.normalize(form);
    let change = 0;
    for (const part of parts) {
      if (combiningClass(part) === 0) {
        sortMarks();
        sorted = characters.length + 1;
      }
      characters.push(part);
      changes.push(change);
      change = 1;
    }
  }
  sortMarks();
  return { characters, changes };
}

/** Canonical composition (UAX 15): a mark joins the last starter unless one of its class or higher stands between. */
function compose({ characters, changes }: Changed): Changed {
  const composed: Changed = { characters: [], changes: [] };
  let starter = -1;
  let lastClass = -1; // of the marks kept since the starter, -1 when there are none
  for (const [i, character] of characters.entries()) {
    const rank = combiningClass(character);
    if (starter >= 0 && lastClass < rank) {
      const pair = composePair(composed.characters[starter], character);
      if (pair !== undefined) {
        composed.characters[starter] = pair;
        composed.changes[starter] += changes[i] - 1;
        continue;
      }
    }
    composed.characters.push(character);
    composed.changes.push(changes[i]);
    if (rank === 0) {
      starter = composed.characters.length - 1;
      lastClass = -1;
    } else lastClass = rank;
  }
  return composed;
}

function composePair(first: string, second: string): string | undefined {
  if (second < "\x80") return undefined;
  const pair = (first + second).normalize("NFC");
  const size = pair.codePointAt(0)! > 0xffff ? 2 : 1;
  return pair.length === size && !KEPT.test(pair) ? pair : undefined;
}

/** An order of the canonical combining classes, 0 for starters; found by how normalisation sorts two marks. */
function combiningClass(character: string): number {
  if (character < "\u0300") return 0;
  let rank = classes.get(character);
  if (rank === undefined) classes.set(character, rank = findClass(character));
  return rank;
}

function findClass(character: string): number {
  if (!sortsAfter(character, LOWEST_CLASS) && !sortsAfter(HIGHEST_CLASS, character)) return 0;
  let rank = 1;
  for (const mark of CLASSES) {
    if (!sortsAfter(character, mark)) break;
    rank++;
  }
  return rank;
}

/** Whether the class of mark `first` is above that of mark `second`. */
function sortsAfter(first: string, second: string): boolean {
  const decomposed = first.normalize("NFD");
  return (decomposed + second).normalize("NFD") !== decomposed + second;
}
