import type { ZipArchive } from "../container/zip_archive.ts";
import type { Atom, Parts, TextFormat } from "../inline/atoms.ts";
import { atomsUnit } from "../inline/atoms_unit.ts";
import type { TextUnit } from "../text_unit.ts";
import { attribute, characters, elementsIn, escapeXml, type XmlElement } from "../xml/xml_tree.ts";
import { type DocumentPart, readXml } from "./office_parts.ts";

/**
 * Finds the texts of an OpenDocument text: its content, and the headers and footers in its styles.
 *
 * @throws {SyntaxError} When it is encrypted, or no such document.
 */
export function writerParts(archive: ZipArchive): DocumentPart[] {
  if (archive.has("META-INF/manifest.xml")) {
    const { root } = readXml(archive, "META-INF/manifest.xml", { allowsDoctype: true });
    const is = ({ name }: XmlElement) => name === "manifest:encryption-data";
    if (!elementsIn(root, { is }).next().done) {
      throw new SyntaxError(
        "Cannot read the document: it is encrypted; save it without a password",
      );
    }
  }
  const names = ["content.xml", ...archive.has("styles.xml") ? ["styles.xml"] : []];
  return names.map((name) => {
    const { text, encode, root } = readXml(archive, name);
    return { name, text, encode, units: writerUnits(text, root) };
  });
}

/** What is not the document's text: comments, and what was deleted. */
const apart = new Set(["office:annotation", "text:tracked-changes"]);

function writerUnits(content: string, root: XmlElement): TextUnit[] {
  const looks = styleLooks(content, root);
  const units: TextUnit[] = [];
  const paragraphs = elementsIn(root, {
    is: ({ name }) => name === "text:p" || name === "text:h",
    enters: ({ name }) => !apart.has(name),
  });
  for (const paragraph of paragraphs) {
    const reader = new ParagraphReader(content, looks);
    reader.read(paragraph, []);
    const prefix = paragraph.rawName.replace(/[^:]*$/, "");
    const unit = atomsUnit(reader.atoms, {
      range: { start: paragraph.openEnd, end: paragraph.closeStart },
      // Several spaces are one in this format, unless they are written so.
      escape: (text) =>
        escapeXml(text).replaceAll(
          / ( +)/g,
          (_, { length }) => ` <${prefix}s ${prefix}c="${length}"/>`,
        ),
    });
    if (unit) units.push(unit);
  }
  return units;
}

/** How the styles that a program made for pieces of text look, by their names; those of revisions look like nothing. */
function styleLooks(content: string, root: XmlElement): Map<string, string> {
  const looks = new Map<string, string>();
  for (const style of elementsIn(root, { is: ({ name }) => name === "style:style" })) {
    const name = attribute(content, style, "name");
    if (name === undefined || attribute(content, style, "family") !== "text") continue;
    const parent = attribute(content, style, "parent-style-name") ?? "";
    const properties = style.children.filter((child) => child.kind === "element")
      .flatMap((child) =>
        content.slice(child.start, child.end)
          .match(
            /\s(?!(?:\w+:)?(?:rsid|paragraph-rsid|language\w*|country\w*)=)[\w:-]+="[^"]*"/g,
          ) ?? []
      );
    looks.set(name, [parent, ...properties].join(""));
  }
  return looks;
}

const beginnings = new Set(
  ["text:bookmark-start", "text:reference-mark-start", "text:change-start"],
);
const ends = new Set(
  ["text:bookmark-end", "text:reference-mark-end", "text:change-end", "office:annotation-end"],
);

/** Goes through a paragraph. */
class ParagraphReader {
  readonly #content: string;
  readonly #looks: ReadonlyMap<string, string>;
  readonly atoms: Atom[] = [];

  constructor(content: string, looks: ReadonlyMap<string, string>) {
    this.#content = content;
    this.#looks = looks;
  }

  read(parent: XmlElement, spans: readonly XmlElement[]): void {
    const format = this.#formatOf(spans);
    for (const child of parent.children) {
      if (child.kind === "text") {
        const text = characters(this.#content, child).replaceAll(/[\t\n\r ]+/g, " ");
        // A space behind another, or at the beginning, is not seen.
        this.#addText(this.#endsWithSpace() ? text.trimStart() : text, format);
      } else if (child.name === "text:span") this.read(child, [...spans, child]);
      else if (child.name === "text:a") this.#readLink(child, spans);
      else if (child.name !== "text:soft-page-break") this.#readOther(child, format);
    }
  }

  #endsWithSpace(): boolean {
    const last = this.atoms.at(-1);
    return last === undefined || last.kind === "text" && last.text.endsWith(" ");
  }

  #addText(text: string, format: TextFormat): void {
    if (text !== "") this.atoms.push({ kind: "text", text, format });
  }

  #readLink(link: XmlElement, spans: readonly XmlElement[]): void {
    const pair = {};
    const { start, openEnd, closeStart, end } = link;
    this.atoms.push({ kind: "open", pair, parts: [{ start, end: openEnd }] });
    this.read(link, spans);
    this.atoms.push({ kind: "close", pair, parts: [{ start: closeStart, end }] });
  }

  #readOther(element: XmlElement, format: TextFormat): void {
    const { name, start, end } = element;
    const parts: Parts = [...format.open, { start, end }, ...format.close];
    const isSpace = name === "text:s" && !attribute(this.#content, element, "c");
    if (isSpace && this.atoms.at(-1)?.kind === "text") this.#addText(" ", format);
    else if (/^text:(?:s|tab|line-break)$/.test(name)) this.atoms.push({ kind: "break", parts });
    else if (beginnings.has(name)) this.atoms.push({ kind: "before", parts: [{ start, end }] });
    else if (ends.has(name)) this.atoms.push({ kind: "behind", parts: [{ start, end }] });
    else this.atoms.push({ kind: "single", parts });
  }

  #formatOf(spans: readonly XmlElement[]): TextFormat {
    const visible = spans.map((span) => {
      const style = attribute(this.#content, span, "style-name") ?? "";
      return { span, look: this.#looks.get(style) ?? style };
    }).filter(({ look }) => look !== "");
    return {
      key: visible.map(({ look }) => look).join("|"),
      open: visible.map(({ span: { start, openEnd } }) => ({ start, end: openEnd })),
      close: visible.map(({ span }) => `</${span.rawName}>`),
    };
  }
}
