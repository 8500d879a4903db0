import type { Atom, Parts, TextFormat } from "../inline/atoms.ts";
import { atomsUnit } from "../inline/atoms_unit.ts";
import type { TextUnit } from "../text_unit.ts";
import {
  elementsIn,
  escapeXml,
  isBlank,
  textIn,
  type XmlElement,
  type XmlNode,
  type XmlText,
} from "../xml/xml_tree.ts";
import { type FieldAtom, joinFields } from "./word_fields.ts";
import { drawingUnits } from "./drawing_units.ts";

/** Finds the texts of a part of a Word document: its paragraphs, also those in tables, text boxes and notes. */
export function wordUnits(content: string, root: XmlElement): TextUnit[] {
  const paragraphs = elementsIn(root, { is: ({ name }) => name === "w:p" });
  const units: TextUnit[] = [];
  for (const paragraph of paragraphs) {
    const reader = new ParagraphReader(content);
    reader.readAll(paragraph);
    const atoms = joinFields(content, reader.atoms);
    const { start, end } = reader;
    const unit = start < end && atomsUnit(atoms, { range: { start, end }, escape: escapeXml });
    if (unit) units.push(unit);
  }
  return [...units, ...drawingUnits(content, root)];
}

/** Elements around runs. */
const wrappers = new Set(
  ["w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:sdt", "w:dir", "w:bdo"],
);
/** Marks where a range begins or ends, and what says nothing once a text is another. */
const beginnings = new Set(
  ["bookmarkStart", "commentRangeStart", "permStart", "moveFromRangeStart", "moveToRangeStart"]
    .map((name) => `w:${name}`),
);
const ends = new Set(
  ["bookmarkEnd", "commentRangeEnd", "permEnd", "moveFromRangeEnd", "moveToRangeEnd"]
    .map((name) => `w:${name}`),
);
const noise = new Set(["w:proofErr", "w:lastRenderedPageBreak", "w:softHyphen"]);
const properties = new Set(
  ["w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:smartTagPr", "w:customXmlPr"],
);

/** Goes through a paragraph. */
class ParagraphReader {
  readonly #content: string;
  readonly atoms: (Atom | FieldAtom)[] = [];
  /** From the first run to the last. */
  start = Infinity;
  end = 0;

  constructor(content: string) {
    this.#content = content;
  }

  readAll(parent: XmlElement): void {
    for (const child of parent.children) {
      if (child.kind === "element" && properties.has(child.name)) continue;
      if (child.kind === "text" && isBlank(this.#content, child)) continue;
      this.start = Math.min(this.start, child.start);
      this.end = Math.max(this.end, child.end);
      this.#read(child);
    }
  }

  #read(element: XmlNode): void {
    if (element.kind === "text") return this.#keep(element);
    const { name, start, end } = element;
    if (name === "w:r") return this.#readRun(element);
    if (noise.has(name)) return;
    if (beginnings.has(name)) this.atoms.push({ kind: "before", parts: [{ start, end }] });
    else if (ends.has(name)) this.atoms.push({ kind: "behind", parts: [{ start, end }] });
    else if (wrappers.has(name)) this.#readWrapper(element);
    else if (name === "w:fldSimple" && /^\s*HYPERLINK\b/.test(this.#instruction(element))) {
      this.#readWrapper(element);
    } else this.atoms.push({ kind: "single", parts: [{ start, end }] });
  }

  #instruction({ start, openEnd }: XmlElement): string {
    return this.#content.slice(start, openEnd).match(/:instr\s*=\s*["']([^"']*)/)?.[1] ?? "";
  }

  #readWrapper(element: XmlElement): void {
    const { start, end } = element;
    const inner = element.name === "w:sdt"
      ? element.children.find((child) => child.kind === "element" && child.name === "w:sdtContent")
      : element;
    if (inner?.kind !== "element" || inner.openEnd === inner.end) {
      this.atoms.push({ kind: "single", parts: [{ start, end }] });
      return;
    }
    const own = inner.children.filter((child) =>
      child.kind === "element" && properties.has(child.name)
    );
    const from = own.at(-1)?.end ?? inner.openEnd;
    const pair = {};
    this.atoms.push({ kind: "open", pair, parts: [{ start, end: from }] });
    for (const child of inner.children) {
      if (child.kind === "text" || !properties.has(child.name)) this.#read(child);
    }
    this.atoms.push({ kind: "close", pair, parts: [{ start: inner.closeStart, end }] });
  }

  #readRun(run: XmlElement): void {
    const [first] = run.children.filter((child) =>
      child.kind === "element" || !isBlank(this.#content, child)
    );
    const look = first?.kind === "element" && first.name === "w:rPr" ? first : undefined;
    const open = [{ start: run.start, end: look?.end ?? run.openEnd }];
    const close = [`</${run.rawName}>`];
    const key = look ? lookOf(this.#content.slice(look.start, look.end)) : "";
    const prefix = run.rawName.includes(":") ? run.rawName.replace(/[^:]*$/, "") : "";
    const format: TextFormat = {
      key,
      open: [...open, `<${prefix}t xml:space="preserve">`],
      close: [`</${prefix}t>`, ...close],
    };
    for (const child of run.children) {
      if (child.kind === "text") this.#keep(child, open, close);
      if (child.kind === "text" || child === look || noise.has(child.name)) continue;
      const parts: Parts = [...open, { start: child.start, end: child.end }, ...close];
      if (child.name === "w:t") this.#addText(textIn(this.#content, child), format);
      else if (child.name === "w:noBreakHyphen") this.#addText("\u2011", format);
      else if (/^w:(?:tab|br|cr|ptab)$/.test(child.name)) this.atoms.push({ kind: "break", parts });
      else if (/^w:(?:fldChar|instrText|delInstrText)$/.test(child.name)) {
        this.atoms.push({ kind: "field", parts, element: child });
      } else this.atoms.push({ kind: "single", parts });
    }
  }

  /** Characters where none belong stay with what is around them. */
  #keep(text: XmlText, open: Parts = [], close: Parts = []): void {
    if (isBlank(this.#content, text)) return;
    const { start, end } = text;
    this.atoms.push({ kind: "single", parts: [...open, { start, end }, ...close] });
  }

  #addText(text: string, format: TextFormat): void {
    if (text !== "") this.atoms.push({ kind: "text", text, format });
  }
}

/** What of a run's properties shows: not its language, nor which revision it came with. */
function lookOf(properties: string): string {
  return properties
    .replaceAll(
      /<(?:\w+:)?(?:lang|noProof|webHidden|proofErr)\b[^>]*\/>|\s(?:\w+:)?rsid\w*="[^"]*"/g,
      "",
    )
    .replace(/^<[\w:]*rPr\s*\/>$|^<[\w:]*rPr>\s*<\/[\w:]*rPr>$/, "");
}
