import { htmlUnits } from "../html/html_pieces.ts";
import type { Atom, TextFormat } from "../inline/atoms.ts";
import { atomsUnit } from "../inline/atoms_unit.ts";
import { plainUnit } from "../text/lines.ts";
import type { TextUnit } from "../text_unit.ts";
import { type MarkdownNode, markdownTree } from "./markdown_tree.ts";

/**
 * Finds the texts of Markdown: paragraphs, headings, cells, texts for pictures, and blocks of HTML. Code, addresses and
 * front matter stay.
 */
export function markdownUnits(content: string): TextUnit[] {
  return blockUnits(content, markdownTree(content));
}

function blockUnits(content: string, node: MarkdownNode): TextUnit[] {
  const { type, start, end, children } = node;
  if (type === "html") {
    return htmlUnits(content.slice(start, end)).map((unit) => ({
      ...unit,
      edits: (translation) =>
        unit.edits(translation).map((edit) => ({
          ...edit,
          start: edit.start + start,
          end: edit.end + start,
        })),
    }));
  }
  if (type !== "paragraph" && type !== "heading" && type !== "tableCell") {
    return children.flatMap((child) => blockUnits(content, child));
  }
  if (children.length === 0) return [];
  const range = { start: children[0].start, end: children.at(-1)!.end };
  const unit = atomsUnit(atomsOf(content, children, range.end), {
    range,
    escape: (text) => escapeMarkdown(text, type === "tableCell"),
  });
  return [...unit ? [unit] : [], ...pictureUnits(content, children)];
}

const plain: TextFormat = { key: "", open: [], close: [] };
const pairs = new Set(["emphasis", "strong", "delete", "link", "linkReference"]);

function atomsOf(content: string, nodes: readonly MarkdownNode[], end: number): Atom[] {
  const tags = pairTags(nodes);
  return nodes.flatMap((node, i): Atom[] => {
    const { type, start, value, children } = node;
    const next = nodes[i + 1]?.start ?? end;
    if (type === "text") {
      return [{
        kind: "text",
        text: value.replaceAll(/[ \t]*\r?[\n\r][ \t]*/g, " "),
        format: plain,
      }];
    }
    if (type === "html") {
      const kind = tags.get(i)?.kind ?? (/^<br\b/i.test(value) ? "break" : "single");
      const parts = [{ start, end: node.end }];
      return [tags.has(i) ? { ...tags.get(i)!, parts } : { kind: kind as "single", parts }];
    }
    if (!pairs.has(type) || children.length === 0 || isAddress(content, node)) {
      // Up to what follows: behind a line break stand the marks of a quotation or list.
      const isBreak = type === "break";
      return [{
        kind: isBreak ? "break" : "single",
        parts: [{ start, end: isBreak ? next : node.end }],
      }];
    }
    const pair = {}, last = children.at(-1)!;
    const isNamed = type === "linkReference" && node.referenceType !== "full";
    return [
      { kind: "open", pair, parts: [{ start, end: children[0].start }] },
      ...atomsOf(content, children, last.end),
      // The name of its address is not translated with it.
      {
        kind: "close",
        pair,
        parts: isNamed ? [`][${node.label}]`] : [{ start: last.end, end: node.end }],
      },
    ];
  });
}

/** Whether a link is its address, as `<https://a.org>` is. */
function isAddress(content: string, { type, start, children }: MarkdownNode): boolean {
  return type === "link" && (content[start] === "<" || children[0].start === start);
}

/** Finds the tags of HTML among nodes that belong together. */
function pairTags(
  nodes: readonly MarkdownNode[],
): Map<number, { kind: "open" | "close"; pair: object }> {
  const tags = new Map<number, { kind: "open" | "close"; pair: object }>();
  const open: { name: string; at: number }[] = [];
  nodes.forEach(({ type, value }, at) => {
    const [, slash, name] = type === "html" ? value.match(/^<(\/?)([a-z][\w-]*)/i) ?? [] : [];
    if (name === undefined) return;
    if (!slash) open.push({ name, at });
    else {
      const place = open.findLastIndex((tag) => tag.name === name);
      if (place < 0) return;
      const pair = {};
      tags.set(open[place].at, { kind: "open", pair });
      tags.set(at, { kind: "close", pair });
      open.length = place;
    }
  });
  return tags;
}

/** The texts for pictures, where they are written plainly. */
function pictureUnits(content: string, nodes: readonly MarkdownNode[]): TextUnit[] {
  return nodes.flatMap((node) => {
    const { type, start, alt, children } = node;
    if (type !== "image") return pictureUnits(content, children);
    const end = start + 2 + alt.length;
    if (alt.trim() === "" || content.slice(start, end + 1) !== `![${alt}]`) return [];
    const unit = plainUnit(content, { start: start + 2, end });
    return [{
      ...unit,
      edits: (translation: string) => unit.edits(escapeMarkdown(translation, true)),
    }];
  });
}

/** Writes characters that would be marks as themselves. */
function escapeMarkdown(text: string, isInTable: boolean): string {
  const escaped = text.replaceAll(/[\r\n]+/g, " ")
    .replaceAll(/[\\`*[\]]|~(?=~)|<(?=[a-z/!?])|&(?=#?\w+;)/gi, "\\$&")
    // Within a word it is no mark.
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_");
  return isInTable ? escaped.replaceAll("|", "\\|") : escaped;
}
