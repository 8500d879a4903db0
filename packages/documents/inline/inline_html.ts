/** A piece of a text with markup: characters, the beginning or end of a pair, or something that stands alone. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "open" | "close" | "single" | "break"; readonly id: number };

const names = { open: "span", close: "span", single: "img", break: "br" } as const;

/**
 * Writes a text with markup as HTML: pairs are `<span id="1">`, what stands alone is `<img id="2">`, and what ends a
 * sentence as a line break does is `<br id="3">`.
 */
export function toHtml(inlines: readonly Inline[]): string {
  return inlines.map((inline) => {
    if (inline.kind === "text") return escapeHtml(inline.text);
    const name = names[inline.kind];
    return inline.kind === "close" ? `</${name}>` : `<${name} id="${inline.id}">`;
  }).join("");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Reads what came back of {@linkcode toHtml}. Whatever a translator did to the tags, each id comes out at most once,
 * pairs are well nested, and none is missing: what got lost is at the end.
 *
 * @param html The translation.
 * @param source What was sent.
 */
export function fromHtml(html: string, source: readonly Inline[]): Inline[] {
  const kinds = new Map<number, Inline["kind"]>();
  for (const inline of source) {
    if (inline.kind !== "text" && inline.kind !== "close") kinds.set(inline.id, inline.kind);
  }
  const result: Inline[] = [];
  const open: number[] = [];
  let done = 0;
  const addText = (end: number) => {
    const text = decodeEntities(html.slice(done, end));
    if (text !== "") result.push({ kind: "text", text });
  };
  for (const { 0: tag, 1: slash, 2: id, index } of html.matchAll(tags)) {
    addText(index);
    done = index + tag.length;
    if (slash) {
      const closed = open.pop();
      if (closed !== undefined) result.push({ kind: "close", id: closed });
      continue;
    }
    const number = Number(id), kind = kinds.get(number);
    if (kind === undefined || kind === "text") {
      if (tag.startsWith("<span")) open.push(-1);
      continue;
    }
    kinds.delete(number);
    result.push({ kind, id: number });
    if (kind === "open") open.push(number);
  }
  addText(html.length);
  while (open.length > 0) result.push({ kind: "close", id: open.pop()! });
  for (const [id, kind] of kinds) {
    if (kind === "single" || kind === "break" || kind === "open") result.push({ kind, id });
    if (kind === "open") result.push({ kind: "close", id });
  }
  return result.filter((inline) => !("id" in inline) || inline.id >= 0);
}

const tags = /<(\/?)(?:span|img|br)(?:\s+id="(\d{1,9})")?\s*\/?>/g;

const entities: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", shy: "\u00ad" },
};

/** Reads entities as a translator of HTML writes them; what is none stays. */
export function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/gi,
    (raw, code, hex, name) => {
      if (name !== undefined) return entities[name] ?? raw;
      const point = code !== undefined ? Number(code) : parseInt(hex, 16);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : raw;
    },
  );
}
