import type { ZipArchive } from "../container/zip_archive.ts";
import { type DecodedText, decodeText } from "../encoding.ts";
import { attribute, elementsIn, parseXml, type XmlElement } from "../xml/xml_tree.ts";
import type { TextUnit } from "../text_unit.ts";

/** A file of a document whose texts are known. */
export interface DocumentPart extends DecodedText {
  readonly name: string;
  readonly units: readonly TextUnit[];
}

/** Reads a file of an archive as XML. */
export function readXml(
  archive: ZipArchive,
  name: string,
  options: { allowsDoctype?: boolean } = {},
): DecodedText & { root: XmlElement } {
  const decoded = decodeText(archive.read(name), { name: JSON.stringify(name), format: "xml" });
  const root = parseXml(decoded.text, { name: JSON.stringify(name), ...options });
  return { ...decoded, root };
}

const main =
  /(?:wordprocessingml\.(?:document|template)|ms-word\.(?:document|template)\.macroEnabled)\.main\+xml$/;
const wordPart = /wordprocessingml\.(?:header|footer|footnotes|endnotes)\+xml$/;
const slide = /presentationml\.(?:slide|notesSlide)\+xml$/;
const picture = /drawingml\.diagramData\+xml$|ms-office\.drawingml\.diagramDrawing\+xml$/;

/**
 * Names the files of a Word or PowerPoint document that hold texts, in the order of the archive: by the types in
 * `[Content_Types].xml`. Comments are none of them.
 *
 * @throws {SyntaxError} When none is there.
 */
export function officeParts(archive: ZipArchive, format: "docx" | "pptx"): string[] {
  const { text, root } = readXml(archive, "[Content_Types].xml");
  const types = new Map<string, string>(), defaults = new Map<string, string>();
  for (const element of elementsIn(root, { is: () => true })) {
    const type = attribute(text, element, "ContentType") ?? "";
    const name = attribute(text, element, "PartName")?.replace(/^\//, "");
    const ending = attribute(text, element, "Extension");
    if (name !== undefined) types.set(name, type);
    else if (ending !== undefined) defaults.set(ending.toLowerCase(), type);
  }
  const typeOf = (name: string) =>
    types.get(name) ?? defaults.get(name.slice(name.lastIndexOf(".") + 1).toLowerCase()) ?? "";
  const essential = format === "docx"
    ? main
    : /presentationml\.(?:presentation|slideshow|template)\.main\+xml$|ms-powerpoint\.\w+\.macroEnabled\.main\+xml$/;
  if (!archive.names.some((name) => essential.test(typeOf(name)))) {
    throw new SyntaxError(`Cannot read the document: its archive holds no ${format}`);
  }
  const holdsText = (type: string) =>
    picture.test(type) ||
    (format === "docx" ? main.test(type) || wordPart.test(type) : slide.test(type));
  return archive.names.filter((name) => holdsText(typeOf(name)));
}
