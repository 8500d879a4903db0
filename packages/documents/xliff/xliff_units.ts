import { atomsUnit } from "../inline/atoms_unit.ts";
import type { TextUnit } from "../text_unit.ts";
import { attribute, escapeXml, parseXml, textIn, type XmlElement } from "../xml/xml_tree.ts";
import { localName, xliffAtoms } from "./xliff_atoms.ts";

/** States of XLIFF 1.2 in which a target is no translation yet. */
const open = /^(?:new|needs-translation)$/;

/**
 * Finds the segments of XLIFF 1.2 and 2.0 that have no translation yet; with `replace`, all of them. Targets are filled,
 * or put behind the source. A translation that is its source is left out.
 *
 * @throws {SyntaxError} When it is no XLIFF.
 */
export function xliffUnits(content: string, { replace = false } = {}): TextUnit[] {
  const root = parseXml(content, { name: "the document", allowsDoctype: true });
  if (localName(root) !== "xliff") {
    throw new SyntaxError("Cannot read the document: it is no XLIFF");
  }
  const units: TextUnit[] = [];
  const read = (element: XmlElement, isOpen: boolean) => {
    const said = attribute(content, element, "translate");
    isOpen = said === "no" ? false : said === "yes" ? true : isOpen;
    const name = localName(element);
    if (name === "alt-trans") return;
    const isSegment = name === "trans-unit" || name === "segment";
    if (isSegment && attribute(content, element, "approved") === "yes" && !replace) return;
    if (isSegment) {
      const unit = isOpen ? segmentUnit(content, element, replace) : undefined;
      if (unit) units.push(unit);
      return;
    }
    for (const child of element.children) if (child.kind === "element") read(child, isOpen);
  };
  read(root, true);
  return units;
}

function segmentUnit(
  content: string,
  segment: XmlElement,
  replace: boolean,
): TextUnit | undefined {
  const elements = segment.children.filter((child) => child.kind === "element");
  const source = elements.find((element) => localName(element) === "source");
  const target = elements.find((element) => localName(element) === "target");
  if (source === undefined) return undefined;
  if (target && !replace && textIn(content, target).trim() !== "") {
    if (!open.test(attribute(content, target, "state") ?? "")) return undefined;
  }
  const atoms = xliffAtoms(content, source);
  if (target && target.openEnd < target.end) {
    return atomsUnit(atoms, {
      range: { start: target.openEnd, end: target.closeStart },
      escape: escapeXml,
    });
  }
  const prefix = source.rawName.replace(/[^:]*$/, "");
  if (target) {
    const tag = content.slice(target.start, target.end).replace(/\s*\/>$/, "");
    return atomsUnit(atoms, {
      range: target,
      escape: escapeXml,
      around: [`${tag}>`, `</${prefix}target>`],
    });
  }
  // As far in as the source, and behind what else belongs to it.
  const place = elements.findLast((element) => /^(?:source|seg-source)$/.test(localName(element)))!;
  const space = indentAt(content, source.start);
  return atomsUnit(atoms, {
    range: { start: place.end, end: place.end },
    escape: escapeXml,
    around: [`${space}<${prefix}target>`, `</${prefix}target>`],
  });
}

/** The end of a line and the white space before a place; nothing where something else stands before it. */
function indentAt(content: string, place: number): string {
  let start = place;
  while (/[ \t]/.test(content[start - 1] ?? "")) start--;
  if (content[start - 1] !== "\n") return "";
  return content.slice(content[start - 2] === "\r" ? start - 2 : start - 1, place);
}
