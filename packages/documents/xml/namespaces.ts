/** Names of namespaces as this package writes them; documents are free to choose others. */
const prefixes: Readonly<Record<string, string>> = {
  "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
  "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
  "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
  "http://purl.oclc.org/ooxml/drawingml/main": "a",
  "http://schemas.openxmlformats.org/package/2006/content-types": "types",
  "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
  "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
  "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
  "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0": "manifest",
  "urn:oasis:names:tc:opendocument:xmlns:container": "container",
  "http://www.idpf.org/2007/opf": "opf",
  "http://purl.org/dc/elements/1.1/": "dc",
  "http://www.daisy.org/z3986/2005/ncx/": "ncx",
  "http://www.w3.org/2001/04/xmlenc#": "enc",
  "urn:oasis:names:tc:xliff:document:1.2": "xliff",
  "urn:oasis:names:tc:xliff:document:1.1": "xliff",
  "urn:oasis:names:tc:xliff:document:2.0": "xliff2",
  "urn:oasis:names:tc:xliff:document:2.1": "xliff2",
  "urn:oasis:names:tc:xliff:document:2.2": "xliff2",
};

/** Namespaces in force at a place of a document. */
export interface Scope {
  /** Our prefix by the document's; `""` is the default namespace. */
  readonly names: ReadonlyMap<string, string>;
}

/** Before anything is declared. */
export const noScope: Scope = { names: new Map() };

/** The scope within a tag, which may declare namespaces. */
export function scopeOf(tag: string, outer: Scope): Scope {
  if (!tag.includes("xmlns")) return outer;
  const names = new Map(outer.names);
  for (
    const [, prefix = "", a, b] of tag.matchAll(
      /\sxmlns(?::([^\s=]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
    )
  ) {
    names.set(prefix, prefixes[a ?? b] ?? "other");
  }
  return { names };
}

/** A name with our prefix; without one where its namespace is not declared. */
export function canonicalName(name: string, { names }: Scope): string {
  const colon = name.indexOf(":");
  const prefix = names.get(colon < 0 ? "" : name.slice(0, colon));
  const local = name.slice(colon + 1);
  return prefix === undefined ? local : `${prefix}:${local}`;
}
