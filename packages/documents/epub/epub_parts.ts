import type { ZipArchive } from "../container/zip_archive.ts";
import { shown } from "../container/zip_directory.ts";
import { decodeText } from "../encoding.ts";
import { htmlUnits } from "../html/html_pieces.ts";
import { type DocumentPart, readXml } from "../office/office_parts.ts";
import type { TextUnit } from "../text_unit.ts";
import { attribute, elementsIn, escapeXml, textIn, type XmlElement } from "../xml/xml_tree.ts";

/** Files that an encrypted book may name. */
const encryption = "META-INF/encryption.xml";

/**
 * Finds the texts of a book: the pages and tables of contents in its packages, and their titles. The packages are where
 * `META-INF/container.xml` says.
 *
 * @throws {SyntaxError} When it is no book, or its pages are encrypted.
 */
export function epubParts(archive: ZipArchive): DocumentPart[] {
  const { text, root } = readXml(archive, "META-INF/container.xml", { allowsDoctype: true });
  const packages = [...elementsIn(root, { is: ({ name }) => name === "container:rootfile" })]
    .map((file) => attribute(text, file, "full-path") ?? "");
  if (packages.length === 0) {
    throw new SyntaxError('Cannot read the book: "META-INF/container.xml" names no package');
  }
  const parts = new Map<string, DocumentPart>();
  for (const name of packages) {
    for (const part of packageParts(archive, name)) parts.set(part.name, part);
  }
  assertPlain(archive, parts);
  return [...parts.values()];
}

function packageParts(archive: ZipArchive, name: string): DocumentPart[] {
  const { text, encode, root } = readXml(archive, name, { allowsDoctype: true });
  const parts: DocumentPart[] = [{
    ...{ name, text, encode },
    units: elementUnits(text, root, "dc:title"),
  }];
  for (const item of elementsIn(root, { is: ({ name }) => name === "opf:item" })) {
    const type = attribute(text, item, "media-type");
    const isPage = type === "application/xhtml+xml", isToc = type === "application/x-dtbncx+xml";
    if (!isPage && !isToc) continue;
    const file = pathOf(attribute(text, item, "href") ?? "", name);
    // A page may lie elsewhere, and what a manifest names may be missing; readers show the rest.
    if (file === undefined || !archive.has(file)) continue;
    parts.push(isToc ? tocPart(archive, file) : pagePart(archive, file));
  }
  return parts;
}

/** The place of a file that a package names; undefined for one that is not in the archive. */
function pathOf(href: string, base: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:|^\/\//i.test(href)) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(href.replace(/[?#][^]*$/, ""));
  } catch {
    return undefined;
  }
  const parts = path.startsWith("/") ? [] : base.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) {
        throw new SyntaxError(
          `Cannot read the book: ${shown(base)} names ${shown(href)}, outside of it`,
        );
      }
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function pagePart(archive: ZipArchive, name: string): DocumentPart {
  const { text, encode } = decodeText(archive.read(name), { name: shown(name), format: "xml" });
  const doctype = text.match(/<!DOCTYPE[^>[]*\[/i);
  if (doctype) {
    throw new SyntaxError(
      `Cannot read ${shown(name)}: it declares entities of its own; take them out`,
    );
  }
  return { name, text, encode, units: htmlUnits(text, { isXml: true }) };
}

function tocPart(archive: ZipArchive, name: string): DocumentPart {
  const { text, encode, root } = readXml(archive, name, { allowsDoctype: true });
  return { name, text, encode, units: elementUnits(text, root, "ncx:text") };
}

/** Elements that hold a text and nothing else. */
function elementUnits(content: string, root: XmlElement, name: string): TextUnit[] {
  const elements = [...elementsIn(root, { is: (element) => element.name === name })]
    .filter(({ children }) => children.length > 0 && children.every(({ kind }) => kind === "text"));
  return elements.map((element): TextUnit => {
    const text = textIn(content, element);
    const source = text.trim();
    const space = text.indexOf(source);
    return {
      source,
      isHtml: false,
      edits: (translation) => [{
        start: element.openEnd,
        end: element.closeStart,
        parts: [escapeXml(text.slice(0, space) + translation + text.slice(space + source.length))],
      }],
    };
  });
}

/** Refuses a book whose texts are encrypted; its fonts may be. */
function assertPlain(archive: ZipArchive, parts: ReadonlyMap<string, DocumentPart>): void {
  if (!archive.has(encryption)) return;
  const { text, root } = readXml(archive, encryption, { allowsDoctype: true });
  for (const reference of elementsIn(root, { is: ({ name }) => name === "enc:CipherReference" })) {
    const file = pathOf(attribute(text, reference, "URI") ?? "", "");
    if (file !== undefined && parts.has(file)) {
      throw new SyntaxError(`Cannot read ${shown(file)}: it is encrypted`);
    }
  }
}
