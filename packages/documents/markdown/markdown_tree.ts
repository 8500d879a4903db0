import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { frontmatter } from "micromark-extension-frontmatter";
import { gfm } from "micromark-extension-gfm";

/** A part of a Markdown document, as far as it matters here; places count from the beginning of the document. */
export interface MarkdownNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly MarkdownNode[];
  /** Text of a text, or as it is written, of HTML. */
  readonly value: string;
  /** Text for a picture. */
  readonly alt: string;
  /** How a link refers to its address: `full`, `collapsed` or `shortcut`; and the name that it refers to. */
  readonly referenceType: string;
  readonly label: string;
}

/** A node of mdast, whose types are wider. */
interface ParsedNode {
  readonly type: string;
  readonly position?: { readonly start: { offset?: number }; readonly end: { offset?: number } };
  readonly children?: readonly ParsedNode[];
  readonly value?: unknown;
  readonly alt?: unknown;
  readonly referenceType?: unknown;
  readonly label?: unknown;
}

/** Reads Markdown: CommonMark with GitHub's tables, links, footnotes and strikethrough, and front matter. */
export function markdownTree(content: string): MarkdownNode {
  const from = content.startsWith("\ufeff") ? 1 : 0;
  const extensions = [gfm(), frontmatter(["yaml", "toml"])];
  const mdastExtensions = [gfmFromMarkdown(), frontmatterFromMarkdown(["yaml", "toml"])];
  const root = fromMarkdown(content.slice(from), { extensions, mdastExtensions });
  return toNode(root as ParsedNode, from);
}

function toNode(node: ParsedNode, from: number): MarkdownNode {
  const text = (value: unknown) => typeof value === "string" ? value : "";
  return {
    type: node.type,
    start: (node.position?.start.offset ?? 0) + from,
    end: (node.position?.end.offset ?? 0) + from,
    children: (node.children ?? []).map((child) => toNode(child, from)),
    value: text(node.value),
    alt: text(node.alt),
    referenceType: text(node.referenceType),
    label: text(node.label),
  };
}
