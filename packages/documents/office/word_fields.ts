import type { Atom, Parts } from "../inline/atoms.ts";
import { attribute, textIn, type XmlElement } from "../xml/xml_tree.ts";

/** A part of a complex field: its beginning, its instruction, the separator before its result, its end. */
export interface FieldAtom {
  readonly kind: "field";
  readonly parts: Parts;
  readonly element: XmlElement;
}

/** A field that has begun. */
interface OpenField {
  readonly at: number;
  separator?: number;
  instruction: string;
}

/**
 * Makes atoms of complex fields (ISO 29500-1, 17.16.18). A link goes around its words; what a program computes, such
 * as the number of a page, is one thing; a field that is not whole in its paragraph stays where it is among the words.
 */
export function joinFields(content: string, atoms: readonly (Atom | FieldAtom)[]): Atom[] {
  const result: (Atom | undefined)[] = atoms.map((atom) =>
    atom.kind === "field" ? { kind: "break", parts: atom.parts } : atom
  );
  const open: OpenField[] = [];
  atoms.forEach((atom, i) => {
    if (atom.kind !== "field") return;
    const field = open.at(-1);
    if (atom.element.name !== "w:fldChar") {
      if (field && field.separator === undefined) {
        field.instruction += textIn(content, atom.element);
      }
      return;
    }
    const type = attribute(content, atom.element, "fldCharType");
    if (type === "begin") open.push({ at: i, instruction: "" });
    else if (type === "separate" && field) field.separator ??= i;
    else if (type === "end" && field) {
      open.pop();
      close(result, field, i);
    }
  });
  return result.filter((atom) => atom !== undefined);
}

function close(result: (Atom | undefined)[], field: OpenField, end: number): void {
  const { at, separator, instruction } = field;
  const inside = result.slice(at, end + 1).filter((atom) => atom !== undefined);
  if (!isBalanced(inside)) return;
  if (separator !== undefined && /^\s*HYPERLINK\b/i.test(instruction)) {
    const head = result.slice(at, separator + 1).filter((atom) => atom !== undefined);
    if (!isBalanced(head)) return;
    const pair = {};
    result.fill(undefined, at, separator + 1);
    result[at] = { kind: "open", pair, parts: head.flatMap(partsOf) };
    result[end] = { kind: "close", pair, parts: partsOf(inside.at(-1)!) };
    return;
  }
  result.fill(undefined, at, end + 1);
  result[at] = { kind: "single", parts: inside.flatMap(partsOf) };
}

/** Whether every pair that begins among atoms ends among them. */
function isBalanced(atoms: readonly Atom[]): boolean {
  const open = new Set<object>();
  for (const atom of atoms) {
    if (atom.kind === "open") open.add(atom.pair);
    if (atom.kind === "close" && !open.delete(atom.pair)) return false;
  }
  return open.size === 0;
}

function partsOf(atom: Atom): Parts {
  if (atom.kind !== "text") return atom.parts;
  const text = atom.text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [...atom.format.open, text, ...atom.format.close];
}
