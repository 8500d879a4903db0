import type { Atom, TextFormat } from "../inline/atoms.ts";
import { atomsUnit } from "../inline/atoms_unit.ts";
import type { TextUnit } from "../text_unit.ts";
import { elementsIn, escapeXml, textIn, type XmlElement } from "../xml/xml_tree.ts";

/** Finds the texts of slides, notes and diagrams: the paragraphs of DrawingML. */
export function drawingUnits(content: string, root: XmlElement): TextUnit[] {
  const units: TextUnit[] = [];
  for (const paragraph of elementsIn(root, { is: ({ name }) => name === "a:p" })) {
    const unit = unitOf(content, paragraph);
    if (unit) units.push(unit);
  }
  return units;
}

function unitOf(content: string, paragraph: XmlElement): TextUnit | undefined {
  const pieces = paragraph.children.filter((child) => child.kind === "element")
    .filter(({ name }) => name !== "a:pPr" && name !== "a:endParaRPr");
  if (pieces.length === 0) return undefined;
  const range = { start: pieces[0].start, end: pieces.at(-1)!.end };
  const atoms = pieces.flatMap((piece): Atom[] => {
    const { name, start, end } = piece;
    if (name === "a:r") return textOf(content, piece);
    return [{ kind: name === "a:br" ? "break" : "single", parts: [{ start, end }] }];
  });
  return atomsUnit(atoms, { range, escape: escapeXml });
}

function textOf(content: string, run: XmlElement): Atom[] {
  const child = (name: string) =>
    run.children.find((child) => child.kind === "element" && child.name === name) as
      | XmlElement
      | undefined;
  const look = child("a:rPr"), characters = child("a:t");
  if (characters === undefined) return [];
  const format: TextFormat = {
    key: look ? lookOf(content.slice(look.start, look.end)) : "",
    open: [{ start: run.start, end: look?.end ?? run.openEnd }, `<${characters.rawName}>`],
    close: [`</${characters.rawName}></${run.rawName}>`],
  };
  const text = textIn(content, characters);
  return text === "" ? [] : [{ kind: "text", text, format }];
}

/** What of a run's properties shows: not its language, nor what a spelling checker thinks. */
function lookOf(properties: string): string {
  return properties.replaceAll(
    /\s(?:lang|altLang|dirty|err|noProof|smtClean|smtId|bmk)="[^"]*"/g,
    "",
  )
    .replace(/^<[\w:]*rPr\s*(?:\/>|><\/[\w:]*rPr>)$/, "");
}
