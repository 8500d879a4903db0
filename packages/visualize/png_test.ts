import { assert, assertEquals, assertRejects } from "@std/assert";
import { alignmentSvg } from "./alignment_svg.ts";
import { indexedPng } from "./_indexed_png.ts";
import { svgToPng } from "./png.ts";
import { madeAttention } from "./testing/made_attention.ts";

const svgOf = (content: string, size = 40) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${content}</svg>`;
const sizeOf = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

Deno.test("svgToPng() draws at the scale asked for", async () => {
  assertEquals(sizeOf(await svgToPng(svgOf(""))), [80, 80]);
  assertEquals(sizeOf(await svgToPng(svgOf(""), { scale: 0.5 })), [20, 20]);
});

Deno.test("svgToPng() draws letters with the font of its package", async () => {
  const empty = await svgToPng(svgOf(""));
  for (const text of ["W", "ש", "م", "Я"]) {
    const drawn = await svgToPng(svgOf(`<text x="5" y="30" font-size="30">${text}</text>`));
    assert(drawn.length > empty.length + 50, text);
  }
});

Deno.test("svgToPng() draws the pictures of this package, images in them too", async () => {
  const [record] = madeAttention({ kind: "cross", queries: 70, keys: 70, layers: 1, heads: 1 });
  const [width] = sizeOf(await svgToPng(alignmentSvg(record), { scale: 1 }));
  assert(width > 900, String(width));
  const one = (color: readonly [number, number, number]) => {
    const png = indexedPng({ width: 1, height: 1, pixels: Uint8Array.of(0), palette: [color] });
    return svgToPng(
      svgOf(`<image width="40" height="40" href="data:image/png;base64,${png.toBase64()}"/>`),
    );
  };
  const [red, blue] = [await one([255, 0, 0]), await one([0, 0, 255])];
  assert(red.some((byte, i) => byte !== blue[i]), "the image in the SVG was not read");
});

Deno.test("svgToPng() names what it cannot draw", async () => {
  await assertRejects(() => svgToPng("no SVG"), SyntaxError, "Cannot draw the SVG");
  await assertRejects(() => svgToPng(svgOf(""), { scale: 0 }), RangeError, "scale 0");
  await assertRejects(() => svgToPng(svgOf(""), { scale: NaN }), RangeError, "scale NaN");
  await assertRejects(() => svgToPng(svgOf("", 9000)), RangeError, "18000 x 18000");
});
