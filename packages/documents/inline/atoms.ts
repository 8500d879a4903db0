import type { Range } from "../text_unit.ts";

/** What is written: texts, and ranges of the document. */
export type Parts = readonly (string | Range)[];

/** How a text is written: what stands before it and behind it. */
export interface TextFormat {
  /** Texts of the same key look the same. */
  readonly key: string;
  readonly open: Parts;
  readonly close: Parts;
}

/** A piece of a paragraph, in order. */
export type Atom =
  | { readonly kind: "text"; readonly text: string; readonly format: TextFormat }
  /** Something among the words: alone, or where a sentence ends. */
  | { readonly kind: "single" | "break"; readonly parts: Parts }
  /** The beginning or end of something around words; both have the same pair. */
  | { readonly kind: "open" | "close"; readonly parts: Parts; readonly pair: object }
  /** A mark of a range that ends or begins elsewhere: goes before all words, or behind them. */
  | { readonly kind: "before" | "behind"; readonly parts: Parts };

/** The atoms without marks of ranges, and those marks. */
export interface SortedAtoms {
  /** What comes before all words, and behind them; it never moves. */
  readonly before: readonly Atom[];
  readonly words: readonly Atom[];
  readonly behind: readonly Atom[];
}

/** Divides a paragraph into its words, with what is between them, and what stands at its edges; undefined without words. */
export function sortAtoms(atoms: readonly Atom[]): SortedAtoms | undefined {
  const marks = (kind: "before" | "behind") => atoms.filter((atom) => atom.kind === kind);
  const inner = joinTexts(atoms.filter(({ kind }) => kind !== "before" && kind !== "behind"));
  const isWord = (atom: Atom) => atom.kind === "text" && atom.text.trim() !== "";
  let first = inner.findIndex(isWord), last = inner.findLastIndex(isWord);
  if (first < 0) return undefined;
  const places = new Map<object, { open?: number; close?: number }>();
  inner.forEach((atom, i) => {
    if (atom.kind !== "open" && atom.kind !== "close") return;
    const place = places.get(atom.pair) ?? {};
    place[atom.kind] = i;
    places.set(atom.pair, place);
  });
  // A pair that is around some of the words only goes with them, and so does what is in it.
  for (let isStable = false; !isStable;) {
    isStable = true;
    for (const { open = -1, close = inner.length } of places.values()) {
      const begins = open >= first && open <= last, ends = close >= first && close <= last;
      if (begins && close > last && close < inner.length) [last, isStable] = [close, false];
      if (ends && open < first && open >= 0) [first, isStable] = [open, false];
    }
  }
  const before = inner.slice(0, first), behind = inner.slice(last + 1);
  const words = trimEdges(inner.slice(first, last + 1), before, behind);
  return {
    before: [...marks("before"), ...before],
    words,
    behind: [...behind, ...marks("behind")],
  };
}

/** Joins neighbouring texts that look the same: a program may divide a word as it likes. */
function joinTexts(atoms: readonly Atom[]): Atom[] {
  const joined: Atom[] = [];
  for (const atom of atoms) {
    const before = joined.at(-1);
    if (atom.kind === "text" && before?.kind === "text" && before.format.key === atom.format.key) {
      joined[joined.length - 1] = { ...before, text: before.text + atom.text };
    } else joined.push(atom);
  }
  return joined;
}

/** Moves white space at the edges out of the words. */
function trimEdges(words: readonly Atom[], before: Atom[], behind: Atom[]): Atom[] {
  const result = [...words];
  const first = result[0], last = result.at(-1)!;
  if (first.kind === "text") {
    const text = first.text.trimStart();
    const space = first.text.slice(0, first.text.length - text.length);
    if (space !== "") before.push({ ...first, text: space });
    result[0] = { ...first, text };
  }
  const end = result.at(-1)!;
  if (last.kind === "text" && end.kind === "text") {
    const text = end.text.trimEnd();
    const space = end.text.slice(text.length);
    if (space !== "") behind.unshift({ ...end, text: space });
    result[result.length - 1] = { ...end, text };
  }
  return result;
}
