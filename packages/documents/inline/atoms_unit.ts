import type { Range, TextUnit } from "../text_unit.ts";
import { type Atom, type Parts, sortAtoms, type TextFormat } from "./atoms.ts";
import { fromHtml, type Inline, toHtml } from "./inline_html.ts";

/** Options of {@linkcode atomsUnit}. */
export interface AtomsUnitOptions {
  /** What the atoms take the place of. */
  readonly range: Range;
  /** Writes characters as the document does. */
  escape(text: string): string;
  /** What comes around all when it is written, beside the atoms. */
  readonly around?: readonly [before: string, behind: string];
}

/**
 * Makes one text of a paragraph. The look of most of its characters is no markup; other looks are, and so is what
 * stands among the words.
 *
 * @returns The unit; undefined for a paragraph without words.
 */
export function atomsUnit(
  atoms: readonly Atom[],
  { range, escape, around = ["", ""] }: AtomsUnitOptions,
): TextUnit | undefined {
  const sorted = sortAtoms(atoms);
  if (sorted === undefined) return undefined;
  const { before, words, behind } = sorted;
  const usual = usualFormat(words);
  const { inlines, meanings } = toInlines(words, usual);
  const isHtml = inlines.some(({ kind }) => kind !== "text");
  const write = (atom: Atom) =>
    atom.kind === "text" ? writeText(atom.text, atom.format) : atom.parts;
  const writeText = (text: string, { open, close }: TextFormat): Parts =>
    text === "" ? [] : [...open, escape(text), ...close];
  return {
    isHtml,
    source: isHtml
      ? toHtml(inlines)
      : inlines.map((inline) => inline.kind === "text" ? inline.text : "").join(""),
    edits(translation) {
      const result: Inline[] = isHtml
        ? fromHtml(translation, inlines)
        : [{ kind: "text", text: translation }];
      const formats: TextFormat[] = [];
      const parts: (string | Range)[] = [around[0], ...before.flatMap(write)];
      for (const inline of result) {
        if (inline.kind === "text") {
          parts.push(...writeText(inline.text, formats.at(-1) ?? usual));
          continue;
        }
        const meaning = meanings[inline.id];
        if ("format" in meaning) {
          if (inline.kind === "open") formats.push(meaning.format);
          else formats.pop();
        } else parts.push(...(inline.kind === "close" ? meaning.close : meaning.open));
      }
      parts.push(...behind.flatMap(write), around[1]);
      return [{ ...range, parts }];
    },
  };
}

/** What a tag stands for: a look, or what is written for it. */
type Meaning = { readonly format: TextFormat } | { readonly open: Parts; close: Parts };

/** The look of the most characters. */
function usualFormat(words: readonly Atom[]): TextFormat {
  const lengths = new Map<string, { format: TextFormat; length: number }>();
  for (const atom of words) {
    if (atom.kind !== "text") continue;
    const { format, text } = atom;
    const known = lengths.get(format.key);
    if (known) known.length += text.length;
    else lengths.set(format.key, { format, length: text.length });
  }
  let most: { format: TextFormat; length: number } | undefined;
  for (const candidate of lengths.values()) {
    if (most === undefined || candidate.length > most.length) most = candidate;
  }
  return most!.format;
}

function toInlines(
  words: readonly Atom[],
  usual: TextFormat,
): { inlines: Inline[]; meanings: Meaning[] } {
  const meanings: Meaning[] = [];
  const pairs = new Map<object, number>();
  const inlines = words.flatMap((atom): Inline[] => {
    const id = meanings.length;
    if (atom.kind === "text") {
      const text: Inline = { kind: "text", text: atom.text };
      // A space looks like nothing, and a tag around it would be one more to place.
      if (atom.format.key === usual.key || atom.text === " ") return [text];
      meanings.push({ format: atom.format });
      return [{ kind: "open", id }, text, { kind: "close", id }];
    }
    if (atom.kind === "close") {
      const open = pairs.get(atom.pair);
      if (open === undefined) return [];
      (meanings[open] as { close: Parts }).close = atom.parts;
      return [{ kind: "close", id: open }];
    }
    if (atom.kind === "before" || atom.kind === "behind") return [];
    meanings.push({ open: atom.parts, close: [] });
    if (atom.kind === "open") pairs.set(atom.pair, id);
    return [{ kind: atom.kind, id }];
  });
  return { inlines, meanings };
}
