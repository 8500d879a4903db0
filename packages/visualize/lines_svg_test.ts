import { assert, assertEquals, assertThrows } from "@std/assert";
import { linesSvg } from "./lines_svg.ts";
import { madeAttention } from "./testing/made_attention.ts";
import { elementsOf, parseXml, textOf } from "./testing/xml.ts";

const words = ["The", "<b>", "it"];
const record = {
  kind: "encoder-self",
  layer: 0,
  head: 1,
  queryTokens: words,
  keyTokens: words,
  weights: Float32Array.of(1, 0, 0, 0.25, 0.75, 0, 0.2, 0.8, 0),
} as const;

const linesOf = (svg: string) =>
  elementsOf(parseXml(svg), "path").map((path) => ({
    title: textOf(path),
    width: Number(path.attributes.get("stroke-width")),
  }));

Deno.test("linesSvg() draws a line for each weight, stronger ones wider", () => {
  const lines = linesOf(linesSvg(record));
  assertEquals(lines.map(({ title }) => title), [
    "The → The: 1.000",
    "<b> → The: 0.250",
    "<b> → <b>: 0.750",
    "it → The: 0.200",
    "it → <b>: 0.800",
  ]);
  assert(lines[0].width > lines[4].width && lines[4].width > lines[3].width);
});

Deno.test("linesSvg() draws the lines of one query, and shades what it attends to", () => {
  const svg = linesSvg(record, { query: 2, theme: "dark", title: "it & <b>" });
  assertEquals(linesOf(svg).length, 2);
  const root = parseXml(svg);
  const [, focus, ...shades] = elementsOf(root, "rect");
  assertEquals([focus.attributes.get("class"), shades.length], ["focus", 2]);
  const bold = elementsOf(root, "text").filter((text) =>
    text.attributes.get("font-weight") === "700"
  );
  assertEquals(bold.map(textOf), ["it"]);
  assertEquals(root.attributes.get("aria-label"), "it & <b>");
});

Deno.test("linesSvg() takes any tokens, and names a query that is not there", () => {
  const [odd] = madeAttention({ kind: "cross", queries: 60, keys: 40, layers: 1, heads: 1 });
  assert(elementsOf(parseXml(linesSvg(odd)), "text").length === 100);
  for (const query of [-1, 3, 0.5]) {
    assertThrows(() => linesSvg(record, { query }), RangeError, "there are 3 queries");
  }
});
