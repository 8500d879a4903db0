import { assert, assertEquals, assertThrows } from "@std/assert";
import { alignmentSvg } from "./alignment_svg.ts";
import type { AttentionRecord } from "@heed/alignment";
import { hex, weightColor } from "./ramp.ts";
import { madeAttention } from "./testing/made_attention.ts";
import { elementsOf, parseXml, textOf, type XmlElement } from "./testing/xml.ts";

const record: AttentionRecord = {
  kind: "cross",
  layer: 0,
  head: 0,
  queryTokens: ["<b>&\"'", "▁שלום", "</s>"],
  keyTokens: ["\u0000\ud800", "猫が好き"],
  weights: Float32Array.of(1, 0, 0.25, 0.75, 0.5, 0.5),
};
const group = (svg: XmlElement, name: string) =>
  elementsOf(svg, "g").find(({ attributes }) => attributes.get("class") === name)!;
const texts = (element: XmlElement) => elementsOf(element, "text").map(textOf);
const made = (queries: number, keys: number) =>
  madeAttention({ kind: "cross", queries, keys, layers: 1, heads: 1 })[0];

Deno.test("alignmentSvg() labels both sides and escapes what tokens hold", () => {
  const svg = parseXml(alignmentSvg(record, { title: 'A "title" <&>' }));
  assertEquals(svg.attributes.get("xmlns"), "http://www.w3.org/2000/svg");
  assertEquals(svg.attributes.get("aria-label"), 'A "title" <&>');
  assertEquals(texts(group(svg, "queries")), ["<b>&\"'", "▁שלום", "</s>"]);
  assertEquals(texts(group(svg, "keys")), ["U+0000�", "猫が好き"]);
});

Deno.test("alignmentSvg() colours each cell by its weight, keys across and queries down", () => {
  const cells = elementsOf(group(parseXml(alignmentSvg(record)), "cells"), "rect");
  assertEquals(cells.length, 6);
  const at = (i: number, name: string) => cells[i].attributes.get(name);
  assertEquals([at(0, "fill"), at(1, "fill")], [hex(weightColor(1)), hex(weightColor(0))]);
  assertEquals(textOf(cells[3]), "▁שלום → 猫が好き: 0.750");
  assertEquals(at(0, "y"), at(1, "y"));
  assertEquals(at(0, "x"), at(2, "x"));
  assert(Number(at(2, "y")) > Number(at(0, "y")) && Number(at(1, "x")) > Number(at(0, "x")));
});

Deno.test("alignmentSvg() scales colours by max and clips above", () => {
  const svg = alignmentSvg(record, { max: 0.5 });
  const cells = elementsOf(group(parseXml(svg), "cells"), "rect");
  const fills = cells.map(({ attributes }) => attributes.get("fill"));
  assertEquals(fills[3], hex(weightColor(1)));
  assertEquals(fills[2], hex(weightColor(128 / 255)));
  assertEquals(texts(group(parseXml(svg), "legend")), ["0.5", "0"]);
});

Deno.test("alignmentSvg() outlines reference links among words, possible ones dashed", () => {
  const withStart = { ...record, keyTokens: ["<s>", "a"], queryTokens: ["<s>", "b", "c"] };
  const reference = [{ source: 0, target: 1 }, { source: 0, target: 0, possible: true }];
  const outlines = elementsOf(parseXml(alignmentSvg(withStart, { reference })), "rect")
    .filter(({ attributes }) => attributes.get("class") === "reference");
  const cells = elementsOf(group(parseXml(alignmentSvg(withStart)), "cells"), "rect");
  const place = ({ attributes }: XmlElement) =>
    ["x", "y"].map((name) => Math.round(Number(attributes.get(name))));
  assertEquals(place(outlines[0]), place(cells[5]).map((at) => at + 1));
  assertEquals(outlines.map(({ attributes }) => attributes.has("stroke-dasharray")), [false, true]);
  assertThrows(
    () => alignmentSvg(withStart, { reference: [{ source: 1, target: 0 }] }),
    RangeError,
    "1-0",
  );
});

Deno.test("alignmentSvg() keeps 60 tokens readable: labels of 8 units or more do not overlap", () => {
  const svg = parseXml(alignmentSvg(made(60, 60)));
  const labels = elementsOf(group(svg, "queries"), "text");
  assertEquals(labels.length, 60);
  const places = labels.map(({ attributes }) => Number(attributes.get("y")));
  const size = Number(labels[0].attributes.get("font-size"));
  assert(size >= 8);
  for (let i = 1; i < places.length; i++) assert(places[i] - places[i - 1] >= size);
});

Deno.test("alignmentSvg() draws 1,000 tokens as one image", () => {
  const svg = alignmentSvg(made(1000, 1000));
  const images = elementsOf(parseXml(svg), "image");
  assertEquals(images.length, 1);
  assert(svg.length < 2e6);
  const png = atob(images[0].attributes.get("href")!.replace("data:image/png;base64,", ""));
  assertEquals(png.slice(1, 4), "PNG");
});

Deno.test("alignmentSvg() rejects records and options that cannot be drawn", () => {
  const weights = Float32Array.from(record.weights).fill(NaN, 2, 3);
  assertThrows(() => alignmentSvg({ ...record, weights }), RangeError, "is NaN");
  assertThrows(() => alignmentSvg({ ...record, keyTokens: [] }), RangeError, "0 key tokens");
  assertThrows(() => alignmentSvg(record, { max: 0 }), RangeError, "max 0");
  assertThrows(() => alignmentSvg(record, { max: NaN }), RangeError, "max NaN");
});
