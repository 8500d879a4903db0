/** An element of a document that was read to check it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (XmlElement | string)[];
}

const TAG = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;

/**
 * Reads well-formed XML without comments, entities other than those of XML, and declarations; throws
 * a SyntaxError at anything else.
 */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: "#root", attributes: new Map(), children: [] };
  const open: XmlElement[] = [root];
  let place = 0;
  const fail = (reason: string): never => {
    throw new SyntaxError(
      `Cannot read XML at ${place}: ${reason}: ${source.slice(place, place + 60)}`,
    );
  };
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(source)) fail("a control");
  if (!source.isWellFormed()) fail("a lone surrogate");
  while (place < source.length) {
    TAG.lastIndex = TEXT.lastIndex = place;
    const tag = TAG.exec(source), text = TEXT.exec(source);
    const parent = open.at(-1)!;
    if (tag) {
      const [whole, isEnd, name, rest, isEmpty] = tag;
      place += whole.length;
      if (isEnd) {
        if (open.pop()?.name !== name) fail(`</${name}> closes another element`);
        continue;
      }
      const pairs = [...rest.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) =>
        [key, decode(value)] as const
      );
      if (new Map(pairs).size < pairs.length) fail("an attribute is there twice");
      const made = { name, attributes: new Map(pairs), children: [] };
      parent.children.push(made);
      if (!isEmpty) open.push(made);
    } else if (text) {
      place += text[0].length;
      parent.children.push(decode(text[0]));
    } else fail("no tag");
  }
  if (open.length > 1) fail(`${open.at(-1)!.name} is not closed`);
  const elements = root.children.filter((child) => typeof child !== "string");
  if (elements.length !== 1) fail("not one element");
  return elements[0];

  function decode(text: string): string {
    return text.replace(/&(#\d+|\w+)?;?/g, (whole, name) => {
      if (!whole.endsWith(";") || name === undefined) fail(`an open & in ${text.slice(0, 40)}`);
      if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
      const known: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
      return known[name] ?? fail(`&${name}; is no entity of XML`);
    });
  }
}

/** All elements of a name, in the order of the document. */
export function elementsOf(root: XmlElement, name: string): XmlElement[] {
  const found = root.name === name ? [root] : [];
  for (const child of root.children) {
    if (typeof child !== "string") found.push(...elementsOf(child, name));
  }
  return found;
}

/** The text in an element. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => typeof child === "string" ? child : textOf(child)).join(
    "",
  );
}
