import type { Atom, TextFormat } from "../inline/atoms.ts";
import { atomsUnit } from "../inline/atoms_unit.ts";
import type { TextUnit } from "../text_unit.ts";
import { elementsIn, escapeXml, isBlank, textIn, type XmlElement } from "../xml/xml_tree.ts";

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
  const pieces = paragraph.children.filter((child) =>
    child.kind === "text" ? !isBlank(content, child) : !/^a:(?:pPr|endParaRPr)$/.test(child.name)
  );
  if (pieces.length === 0) return undefined;
  const range = { start: pieces[0].start, end: pieces.at(-1)!.end };
  const atoms = pieces.flatMap((piece): Atom[] => {
    if (piece.kind === "element" && piece.name === "a:r") {
      const text = textOf(content, piece);
      if (text) return [text];
    }
    const isBreak = piece.kind === "element" && piece.name === "a:br";
    const { start, end } = piece;
    return [{ kind: isBreak ? "break" : "single", parts: [{ start, end }] }];
  });
  return atomsUnit(atoms, { range, escape: escapeXml });
}

/** The text of a run; undefined of one that holds something else. */
function textOf(content: string, run: XmlElement): Atom | undefined {
  const children = run.children.filter((child) =>
    child.kind === "element" || !isBlank(content, child)
  );
  const [look, characters] = children.length > 1 ? children : [undefined, children[0]];
  if (children.length > 2 || characters?.kind !== "element" || characters.name !== "a:t") return;
  if (look && (look.kind !== "element" || look.name !== "a:rPr")) return;
  if (characters.children.some(({ kind }) => kind === "element")) return;
  const format: TextFormat = {
    key: look ? lookOf(content.slice(look.start, look.end)) : "",
    open: [{ start: run.start, end: look?.end ?? run.openEnd }, `<${characters.rawName}>`],
    close: [`</${characters.rawName}></${run.rawName}>`],
  };
  return { kind: "text", text: textIn(content, characters), format };
}

/** What of a run's properties shows: not its language, nor what a spelling checker thinks. */
function lookOf(properties: string): string {
  return properties.replaceAll(
    /\s(?:lang|altLang|dirty|err|noProof|smtClean|smtId|bmk)="[^"]*"/g,
    "",
  )
    .replace(/^<[\w:]*rPr\s*(?:\/>|><\/[\w:]*rPr>)$/, "");
}
