import { Parser } from "htmlparser2";
import { oneLine } from "./sentence_pairs.ts";

/** A paragraph, heading, table cell or the like of a document. */
export interface Block {
  /** Names of the innermost elements around it that make blocks, such as `ul/li/p`. */
  readonly kind: string;
  /** Identifier of the element that it begins in; empty without one. */
  readonly id: string;
  /** Its text on one line. */
  readonly text: string;
}

/** Options of {@linkcode readBlocks}. */
export interface BlockOptions {
  /** `xml` for DocBook and Mallard. */
  readonly format: "html" | "xml";
  /** Values of identifiers and classes whose elements are left out. */
  readonly hidden?: ReadonlySet<string>;
  /** Identifier of the element that holds the text; absent for the whole document. */
  readonly within?: string;
  /** Texts of entities that the document does not define. */
  readonly entities?: ReadonlyMap<string, string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Elements of HTML, DocBook and Mallard that begin and end a block. */
const BLOCKS = words(
  "p h1 h2 h3 h4 h5 h6 li td th dt dd caption figcaption blockquote div section article table tr " +
    "tbody thead ul ol dl form aside main figure center body html header footer " +
    "para simpara title titleabbrev subtitle term entry listitem phrase itemizedlist orderedlist " +
    "variablelist varlistentry procedure step substeps note tip warning important caution " +
    "sect1 sect2 sect3 sect4 sect5 chapter appendix preface book row tgroup glossentry glossdef " +
    "glossterm question answer qandaentry abstract member " +
    "page desc item steps list terms tree example media synopsis",
);
/** Elements whose text is not prose, or not of the document. */
const HIDDEN = words(
  "head script style nav pre screen programlisting literallayout synopsis cmdsynopsis funcsynopsis " +
    "personname firstname surname othername indexterm primary secondary keyword keywordset author authorgroup copyright date pubdate " +
    "releaseinfo email credit license legalnotice revision revhistory remark comment svg math " +
    "info bookinfo articleinfo edition othercredit template textarea",
);
/** In Mallard, titles of pages for lists and searches; the page has its own. */
const HIDDEN_TYPES = words("link text sort search");

/**
 * Reads the prose of an HTML, DocBook or Mallard document. Program listings, indexes, names of
 * authors and the like are left out.
 *
 * @param source The document.
 * @param options Format, and which parts are left out.
 * @returns The blocks that hold a letter, in order.
 */
export function readBlocks(source: string, options: BlockOptions): Block[] {
  const { format, hidden = new Set(), within, entities } = options;
  const blocks: Block[] = [];
  const stack: { name: string; hides: boolean; opens: boolean; id: string }[] = [];
  let text = "";
  let hiding = 0;
  let open = within === undefined ? 1 : 0;

  const flush = () => {
    const line = oneLine(text);
    text = "";
    if (!/\p{L}/u.test(line)) return;
    const around = stack.filter(({ name }) => BLOCKS.has(name));
    const kind = around.slice(-3).map(({ name }) => name).join("/");
    blocks.push({ kind, id: around.at(-1)?.id ?? "", text: line });
  };
  const isHidden = (name: string, attributes: Record<string, string>) =>
    HIDDEN.has(name) || hidden.has(attributes.id) ||
    (name === "title" && HIDDEN_TYPES.has(attributes.type)) ||
    (attributes.class ?? "").split(/\s+/).some((name) => hidden.has(name));

  const parser = new Parser({
    onopentag(qualified, attributes) {
      const name = localName(qualified);
      if (name === "br" || name === "img") text += " ";
      if (BLOCKS.has(name)) flush();
      const id = attributes.id ?? attributes["xml:id"] ?? "";
      const entry = {
        name,
        hides: isHidden(name, attributes),
        opens: id === within && id !== "",
        id,
      };
      stack.push(entry);
      if (entry.hides) hiding++;
      if (entry.opens) open++;
    },
    onclosetag(qualified) {
      const name = localName(qualified);
      const entry = stack.at(-1);
      if (entry?.name !== name) return;
      if (BLOCKS.has(name)) flush();
      stack.pop();
      if (entry.hides) hiding--;
      if (entry.opens) open--;
    },
    ontext(data) {
      if (hiding === 0 && open > 0) text += data;
    },
  }, { xmlMode: format === "xml" });
  parser.end(format === "xml" ? resolveEntities(source, entities) : source);
  flush();
  return blocks;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toLowerCase();
}

const XML_ENTITIES = words("amp lt gt quot apos");
const HTML_ENTITIES: ReadonlyMap<string, string> = new Map(Object.entries({
  nbsp: " ",
  mdash: "—",
  ndash: "–",
  hellip: "…",
  copy: "©",
  reg: "®",
  trade: "™",
  rarr: "→",
  times: "×",
}));

/** Puts texts for the entities of an XML document: its own, those given, and common ones. */
function resolveEntities(source: string, given: ReadonlyMap<string, string> = new Map()): string {
  const own = parseEntities(source);
  const resolve = (text: string, depth: number): string =>
    text.replace(/&([A-Za-z][\w.-]*);/g, (whole, name) => {
      if (XML_ENTITIES.has(name)) return whole;
      const value = own.get(name) ?? given.get(name) ?? HTML_ENTITIES.get(name);
      // A definition may use others; one that uses itself ends here.
      if (value !== undefined) return depth < 5 ? resolve(value, depth + 1) : "";
      return name.replace(/[.-]/g, " ");
    });
  return resolve(source.replace(/<!DOCTYPE[^[>]*(?:\[[^\]]*\]\s*)?>/, ""), 0);
}

/**
 * Finds the definitions of entities in a document or in a file of definitions.
 *
 * @param source Text with `<!ENTITY name "value">`.
 * @returns Values by name; the empty text for those that lie in other files.
 */
export function parseEntities(source: string): Map<string, string> {
  const entities = new Map<string, string>();
  const definition = /<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)'|(?:SYSTEM|PUBLIC)\b)/g;
  for (const [, name, double, single] of source.matchAll(definition)) {
    // XML 1.0, 4.2: of several definitions the first one binds.
    if (!entities.has(name)) entities.set(name, double ?? single ?? "");
  }
  return entities;
}
