import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Plot, plotSvg } from "./plot.ts";
import { seriesColor } from "./series_color.ts";
import { elementsOf, parseXml, textOf } from "./testing/xml.ts";

const plot: Plot = {
  title: "BLEU <&> length",
  x: { title: "words" },
  y: { title: "BLEU", fromZero: true },
  series: [
    { name: "one & only", points: [[5, 10], [10, 20], [15, 15]] },
    { name: "two", points: [[5, 12], [15, 8]] },
  ],
};
const texts = (svg: string) => elementsOf(parseXml(svg), "text").map(textOf);
const marks = (svg: string, name: string) =>
  elementsOf(parseXml(svg), "g")
    .filter(({ attributes }) => attributes.get("class")?.includes(name))
    .flatMap((group) => elementsOf(group, "path"));

Deno.test("plotSvg() draws a line for each series, with titles and direct labels", async () => {
  const svg = await plotSvg(plot);
  const lines = marks(svg, "mark-line").map(({ attributes }) => attributes.get("stroke"));
  assertEquals(lines, [seriesColor(0), seriesColor(1)]);
  assertEquals(marks(svg, "mark-symbol").length, 5);
  for (const text of ["BLEU <&> length", "words", "BLEU", "one & only", "two", "0"]) {
    assert(texts(svg).includes(text), text);
  }
});

Deno.test("plotSvg() draws points alone and a legend", async () => {
  const svg = await plotSvg({ ...plot, mark: "scatter", labels: "legend", theme: "dark" });
  assertEquals(marks(svg, "mark-line").length, 0);
  assert(svg.includes('class="mark-group role-legend"'));
  assertEquals(texts(svg).filter((text) => text === "two").length, 1);
});

Deno.test("plotSvg() draws logarithmic axes", async () => {
  const series = [{
    name: "time",
    points: [[1, 1], [10, 100], [100, 10000]] as [number, number][],
  }];
  const y = { title: "ms", scale: "log" as const };
  assert(texts(await plotSvg({ ...plot, y, series })).some((text) => /10,?000/.test(text)));
});

Deno.test("plotSvg() names what it cannot draw", async () => {
  const rejects = (changes: Partial<Plot>, message: string) =>
    assertRejects(() => plotSvg({ ...plot, ...changes }), RangeError, message);
  await rejects({ series: [] }, "no points");
  await rejects({ series: [{ name: "a", points: [] }] }, "no points");
  await rejects({ series: [{ name: "a", points: [[1, NaN]] }] }, "point (1, NaN)");
  await rejects({ series: [plot.series[0], plot.series[0]] }, "same name");
  await rejects(
    { x: { title: "n", scale: "log" }, series: [{ name: "a", points: [[0, 1]] }] },
    "0 on the logarithmic axis n",
  );
});
