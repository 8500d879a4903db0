import { assert, assertEquals, assertThrows } from "@std/assert";
import { positionsSvg } from "./positions_svg.ts";
import { hex, signedColor } from "./ramp.ts";
import { elementsOf, parseXml, textOf } from "./testing/xml.ts";

const table = { name: "a <b>", values: Float32Array.of(2, 0, -1, 0, 0, 0), hiddenSize: 2 };

Deno.test("positionsSvg() draws values and the cosine of every two positions", () => {
  const svg = parseXml(positionsSvg([table]));
  const [values, cosine] = elementsOf(svg, "g")
    .filter(({ attributes }) => attributes.get("class") === "cells")
    .map((cells) => elementsOf(cells, "rect").map(({ attributes }) => attributes.get("fill")));
  const color = (value: number) => hex(signedColor(value));
  assertEquals([values.length, cosine.length], [6, 9]);
  assertEquals(values.slice(0, 2), [color(1), color(0)]);
  assertEquals(cosine, [1, -1, 0, -1, 1, 0, 0, 0, 0].map(color));
  const texts = elementsOf(svg, "text").map(textOf);
  assert(texts.includes("a <b>: values") && texts.includes("a <b>: cosine similarity"));
});

Deno.test("positionsSvg() draws a row for each table, many cells as images", () => {
  const large = { name: "large", values: new Float32Array(512 * 64).fill(1), hiddenSize: 64 };
  const svg = parseXml(positionsSvg([table, large], { theme: "dark" }));
  assertEquals(elementsOf(svg, "image").length, 2);
  assertEquals(
    elementsOf(svg, "g").filter((g) => g.attributes.get("class") === "legend").length,
    4,
  );
});

Deno.test("positionsSvg() rejects what is no table", () => {
  const rejects = (changes: Partial<typeof table>, message: string) =>
    assertThrows(() => positionsSvg([{ ...table, ...changes }]), RangeError, message);
  assertThrows(() => positionsSvg([]), RangeError, "no table");
  rejects({ hiddenSize: 4 }, "6 values are no rows of 4");
  rejects({ values: new Float32Array() }, "0 values");
  rejects({ values: Float32Array.of(1, NaN) }, "value 1 is NaN");
});
