import { Tokenizer } from "htmlparser2";
import { decodeEntities } from "../inline/inline_html.ts";
import type { Range } from "../text_unit.ts";
import { canonicalName, noScope, type Scope, scopeOf } from "./namespaces.ts";

/** An element, and where it stands in its document. */
export interface XmlElement extends Range {
  readonly kind: "element";
  /** Its name with the prefix of `namespaces.ts`, such as `w:p`. */
  readonly name: string;
  /** Its name as the document writes it. */
  readonly rawName: string;
  /** Where its begin tag ends, and its end tag begins; both are its end for an element that closes itself. */
  readonly openEnd: number;
  readonly closeStart: number;
  readonly children: readonly XmlNode[];
}

/** Characters within an element. */
export interface XmlText extends Range {
  readonly kind: "text";
  /** Whether they are in a CDATA section, whose marks are part of the range. */
  readonly isCdata: boolean;
}

/** A part of a document that matters here; comments and instructions are left out. */
export type XmlNode = XmlElement | XmlText;

/** Elements that stand in one another, at most. */
const deepest = 300;

/** Options of {@linkcode parseXml}. */
export interface ParseXmlOptions {
  /** What the document is called in an error. */
  readonly name: string;
  /** Whether it may name a document type, as old formats do; nothing of it is ever read. */
  readonly allowsDoctype?: boolean;
}

type Growing = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: XmlNode[] };

/**
 * Reads XML as a tree with places. Entities are never looked up: a document that declares some is refused.
 *
 * @throws {SyntaxError} When it is not well formed, or has a document type.
 */
export function parseXml(content: string, { name, allowsDoctype }: ParseXmlOptions): XmlElement {
  const refuse = (what: string): never => {
    throw new SyntaxError(`Cannot read ${name}: ${what}`);
  };
  const roots: XmlElement[] = [];
  const open: { element: Growing; scope: Scope }[] = [];
  let start = 0, rawName = "";
  const names = new Map<string, string>();
  const begin = (openEnd: number, isClosed: boolean) => {
    const outer = open.at(-1);
    const tag = content.slice(start, openEnd);
    if (tag.includes("<", 1)) refuse(`<${rawName.slice(0, 40)} has a < within it`);
    const scope = scopeOf(tag, outer?.scope ?? noScope);
    const canonical = canonicalName(rawName, scope);
    const element: Growing = {
      kind: "element",
      // One string for all elements of a name.
      name: names.get(canonical) ?? names.set(canonical, canonical).get(canonical)!,
      rawName: names.get(rawName) ?? names.set(rawName, rawName).get(rawName)!,
      ...{ start, end: openEnd, openEnd, closeStart: openEnd, children: [] },
    };
    if (outer) outer.element.children.push(element);
    else roots.push(element);
    if (isClosed) return;
    open.push({ element, scope });
    if (open.length > deepest) refuse("its elements stand too deep in one another");
  };
  const text = (start: number, end: number, isCdata = false) => {
    const children = open.at(-1)?.element.children;
    if (children === undefined) {
      if (content.slice(start, end).replace(/^\ufeff/, "").trim() !== "") {
        refuse("there is text outside of its root");
      }
      return;
    }
    const before = children.at(-1);
    if (!isCdata && before?.kind === "text" && !before.isCdata && before.end === start) {
      children[children.length - 1] = { ...before, end };
    } else children.push({ kind: "text", start, end, isCdata });
  };
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: false }, {
    ontext: (start, end) => text(start, end),
    ontextentity: () => {},
    oncdata: (start, end, offset) => text(start - 9, end - offset + 3, true),
    onopentagname: (from, to) => {
      start = from - 1;
      rawName = content.slice(from, to);
    },
    onopentagend: (end) => begin(end + 1, false),
    onselfclosingtag: (end) => begin(end + 1, true),
    onclosetag: (from, to) => {
      const last = open.pop();
      const closed = content.slice(from, to);
      if (last?.element.rawName !== closed) {
        refuse(`</${closed.slice(0, 40)}> ends what has not begun`);
      }
      const close = content.indexOf(">", to);
      if (close < 0) refuse("its last tag is cut off");
      last!.element.closeStart = from - 2;
      last!.element.end = close + 1;
    },
    ondeclaration: (start, end) => {
      const declaration = content.slice(start, end);
      if (!/^DOCTYPE/i.test(declaration) || !allowsDoctype) {
        refuse("it has a document type, which could bring in other files; take it out");
      }
      if (declaration.includes("[")) refuse("it declares entities of its own; take them out");
    },
    onprocessinginstruction: () => {},
    onattribname: () => {},
    onattribdata: () => {},
    onattribentity: () => {},
    onattribend: () => {},
    oncomment: () => {},
    onend: () => {},
  });
  tokenizer.write(content);
  tokenizer.end();
  if (open.length > 0) refuse(`<${open.at(-1)!.element.rawName.slice(0, 40)}> does not end`);
  if (roots.length !== 1) refuse(roots.length === 0 ? "it is no XML" : "it has several roots");
  return roots[0];
}

/** The value of an attribute, by its name without a prefix; undefined where there is none. */
export function attribute(content: string, element: XmlElement, name: string): string | undefined {
  const tag = content.slice(element.start, element.openEnd);
  for (const [, found, a, b] of tag.matchAll(/\s([^\s=<>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (found.slice(found.indexOf(":") + 1) === name) return decodeEntities(a ?? b);
  }
  return undefined;
}

/** The characters of a text. */
export function characters(content: string, { start, end, isCdata }: XmlText): string {
  if (isCdata) return content.slice(start + 9, end - 3);
  return decodeEntities(content.slice(start, end));
}

/** Whether a text is white space, as between elements. */
export function isBlank(content: string, text: XmlText): boolean {
  return characters(content, text).trim() === "";
}

/** All characters in an element. */
export function textIn(content: string, element: XmlElement): string {
  return element.children.map((child) =>
    child.kind === "text" ? characters(content, child) : textIn(content, child)
  ).join("");
}

/** Every element in a tree for which a test holds, in order; with `enters`, only what it allows is looked into. */
export function* elementsIn(
  root: XmlElement,
  { is, enters = () => true }: {
    is(element: XmlElement): boolean;
    enters?(element: XmlElement): boolean;
  },
): Generator<XmlElement> {
  if (is(root)) yield root;
  if (!enters(root)) return;
  for (const child of root.children) {
    if (child.kind === "element") yield* elementsIn(child, { is, enters });
  }
}

/** Writes a text as XML; characters that XML cannot have are left out. */
export function escapeXml(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
