import type { Atom, TextFormat } from "../inline/atoms.ts";
import { attribute, characters, type XmlElement } from "../xml/xml_tree.ts";

const plain: TextFormat = { key: "", open: [], close: [] };

/** Elements around words; all other codes stand alone. */
const around = new Set(["g", "pc", "mrk"]);
/** Codes of which one begins and another ends something. */
const beginnings = new Set(["bpt", "bx", "sc", "sm"]), ends = new Set(["ept", "ex", "ec", "em"]);

/** Divides the content of a source into words and codes. */
export function xliffAtoms(content: string, source: XmlElement): Atom[] {
  const codes = new Map<string, { atom: number; depth: number }>();
  const atoms: Atom[] = [];
  /** Begun and not ended, in order: elements and codes that come in two. */
  const open: (string | XmlElement)[] = [];
  const read = (parent: XmlElement) => {
    for (const child of parent.children) {
      if (child.kind === "text") {
        const text = characters(content, child);
        if (text !== "") atoms.push({ kind: "text", text, format: plain });
        continue;
      }
      const { start, openEnd, closeStart, end } = child;
      const name = localName(child);
      const isProtected = attribute(content, child, "mtype") === "protected" ||
        attribute(content, child, "translate") === "no";
      if (around.has(name) && openEnd < end && !isProtected) {
        const pair = {};
        atoms.push({ kind: "open", pair, parts: [{ start, end: openEnd }] });
        open.push(child);
        read(child);
        // A code that has not ended here stands alone.
        open.length = open.indexOf(child);
        atoms.push({ kind: "close", pair, parts: [{ start: closeStart, end }] });
        continue;
      }
      if (ends.has(name)) {
        const key = codeOf(content, child, ["rid", "startRef", "id"]);
        const begun = codes.get(key);
        if (begun && open.at(-1) === key && open.length === begun.depth) {
          open.pop();
          const before = atoms[begun.atom] as Extract<Atom, { kind: "single" | "break" }>;
          const pair = {};
          atoms[begun.atom] = { kind: "open", pair, parts: before.parts };
          atoms.push({ kind: "close", pair, parts: [{ start, end }] });
          continue;
        }
      }
      if (beginnings.has(name)) {
        const key = codeOf(content, child, ["rid", "id"]);
        open.push(key);
        codes.set(key, { atom: atoms.length, depth: open.length });
      }
      atoms.push({ kind: "single", parts: [{ start, end }] });
    }
  };
  read(source);
  return atoms;
}

function codeOf(content: string, element: XmlElement, names: readonly string[]): string {
  for (const name of names) {
    const value = attribute(content, element, name);
    if (value !== undefined) return value;
  }
  return "";
}

/** Name of an element of XLIFF; an element of another vocabulary has none. */
export function localName({ name }: XmlElement): string {
  return name.match(/^(?:xliff2?:)?([\w-]+)$/)?.[1] ?? "";
}
