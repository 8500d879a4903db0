import { base64 } from "./_base64.ts";
import { HTML, SCRIPT, STYLE } from "./_page_files.ts";
import { type AttentionKind, type AttentionRecord, checkAttention } from "@heed/alignment";
import { displayToken, escapeXml } from "./label.ts";
import { hex, type Theme, weightColor } from "./ramp.ts";
import { seriesColor } from "./series_color.ts";

/** How {@linkcode attentionHtml} draws. */
export interface AttentionHtmlOptions {
  /** Heading and title of the page. Default `Attention`. */
  readonly title?: string;
}

/** More weights than this make a page that no browser opens quickly. */
const MOST_WEIGHTS = 50e6;

const KINDS: Readonly<Record<AttentionKind, { name: string; query: string; key: string }>> = {
  "encoder-self": { name: "Encoder: source to itself", query: "Source", key: "Source" },
  "decoder-self": { name: "Decoder: target to itself", query: "Target", key: "Target so far" },
  cross: { name: "Cross: target to source", query: "Target", key: "Source" },
};

/**
 * Makes a page to look around in attention: lines between two columns of tokens for each layer and
 * head, all heads of all layers at a glance, and what one token attends to.
 *
 * The page is one file that works from disk without a network, with the keyboard, in light and in
 * dark surroundings. Weights are kept in 8 bits, exact to 0.004.
 *
 * @param records Attention of any layers, heads and kinds of one text; the records of a kind have
 * the same tokens.
 * @param options The title.
 * @returns A whole HTML document.
 * @throws {RangeError} When there are no records, when one is not valid or is given twice, when
 * tokens of one kind differ, or when there are more than 50 million weights.
 *
 * @example
 * ```ts
 * import { attentionHtml } from "@heed/visualize";
 * import { assert } from "@std/assert";
 *
 * const tokens = ["it", "rains"];
 * const html = attentionHtml([{
 *   kind: "encoder-self",
 *   layer: 0,
 *   head: 0,
 *   queryTokens: tokens,
 *   keyTokens: tokens,
 *   weights: Float32Array.of(0.5, 0.5, 0.1, 0.9),
 * }], { title: "It rains" });
 * assert(html.startsWith("<!DOCTYPE html>"));
 * ```
 */
export function attentionHtml(
  records: readonly AttentionRecord[],
  { title = "Attention" }: AttentionHtmlOptions = {},
): string {
  if (records.length === 0) {
    throw new RangeError("Cannot make a page of attention: there are no records; give some");
  }
  const size = records.reduce((sum, { weights }) => sum + weights.length, 0);
  if (size > MOST_WEIGHTS) {
    throw new RangeError(
      `Cannot make a page of ${size} weights: give fewer layers, heads or tokens, at most ` +
        `${MOST_WEIGHTS} weights`,
    );
  }
  const heading = displayToken(title);
  const data = { title: heading, groups: groupsOf(records), ramp: RAMP };
  const parts: Record<string, string> = {
    title: escapeXml(heading),
    style: `${headColors("light")}@media (prefers-color-scheme: dark){${
      headColors("dark")
    }}${STYLE}`,
    // In JSON, \u003c is the same as <, and ends no script element.
    data: JSON.stringify(data).replaceAll("<", "\\u003c"),
    script: SCRIPT,
  };
  return HTML.replace(/\{\{ *(\w+) *\}\}/g, (_, name) => parts[name]);
}

const RAMP = { light: samples("light"), dark: samples("dark") };

function samples(theme: Theme): string[] {
  return Array.from({ length: 17 }, (_, i) => hex(weightColor(i / 16, theme)));
}

function headColors(theme: Theme): string {
  const colors = Array.from({ length: 16 }, (_, i) => `--head-${i}:${seriesColor(i, theme)}`);
  return `:root{${colors.join(";")}}`;
}

function groupsOf(records: readonly AttentionRecord[]) {
  const kinds = (Object.keys(KINDS) as AttentionKind[])
    .filter((kind) => records.some((record) => record.kind === kind));
  return kinds.map((kind) => {
    const own = records.filter((record) => record.kind === kind);
    const [first] = own;
    const layers = new Map<number, AttentionRecord[]>();
    for (const record of own) {
      checkAttention(record);
      checkSame(record, first);
      const heads = layers.get(record.layer) ?? [];
      if (heads.some(({ head }) => head === record.head)) {
        throw new RangeError(
          `Cannot make a page of attention: ${kind} layer ${record.layer}, head ${record.head} ` +
            "is there twice; give one text",
        );
      }
      layers.set(record.layer, [...heads, record]);
    }
    return {
      kind,
      name: KINDS[kind].name,
      queryName: KINDS[kind].query,
      keyName: KINDS[kind].key,
      queries: first.queryTokens.map(displayToken),
      keys: first.keyTokens.map(displayToken),
      generatedFrom: first.generatedFrom ?? first.queryTokens.length,
      layers: [...layers].sort(([a], [b]) => a - b).map(([layer, heads]) => ({
        layer,
        heads: heads.sort((a, b) => placeOf(a) - placeOf(b))
          .map(({ head, weights }) => ({ head, weights: base64(quantize(weights)) })),
      })),
    };
  });
}

/** The mean stands after the heads. */
function placeOf({ head }: AttentionRecord): number {
  return head === "mean" ? Infinity : head;
}

function checkSame(record: AttentionRecord, first: AttentionRecord): void {
  const isSame = (a: readonly string[], b: readonly string[]) =>
    a === b || (a.length === b.length && a.every((token, i) => token === b[i]));
  if (
    isSame(record.queryTokens, first.queryTokens) && isSame(record.keyTokens, first.keyTokens)
  ) return;
  throw new RangeError(
    `Cannot make a page of attention: the tokens of ${record.kind} layer ${record.layer}, head ` +
      `${record.head} differ from those of layer ${first.layer}, head ${first.head}; give one text`,
  );
}

/** A byte for the square root of a weight: small weights keep their digits. */
function quantize(weights: Float32Array): Uint8Array {
  return Uint8Array.from(weights, (weight) => Math.round(Math.sqrt(Math.min(1, weight)) * 255));
}
