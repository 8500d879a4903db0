import { assert, assertEquals } from "@std/assert";
import { htmlUnits } from "./html_pieces.ts";

Deno.test("htmlUnits() cuts a long document between blocks, and nothing that is not translated", () => {
  const block = `<div class="a"><p>${"One <b>two</b> three. ".repeat(10)}</p></div>\n`;
  const hidden = `<div translate="no">${block.repeat(30)}</div>`;
  const script = `<script>${"var a = '<p>x</p>';\n".repeat(200)}</script>`;
  const html = `<!doctype html><body>${block.repeat(40)}${hidden}${script}${block.repeat(40)}`;
  const pieces = htmlUnits(html).map(({ source }) => source);
  assertEquals(pieces.join(""), html);
  assert(pieces.length > 10);
  assertEquals(pieces.filter((piece) => piece.includes("translate=")).length, 1);
  assertEquals(pieces.filter((piece) => /<\/?script/.test(piece)).length, 1);
  for (const piece of pieces) {
    assertEquals(piece.match(/<p>/g)?.length, piece.match(/<\/p>/g)?.length);
  }
});

Deno.test("htmlUnits() leaves what only XHTML closes outside", () => {
  const html = '<html><head><title/><script src="x"/></head><body><p>One</p></body></html>';
  assertEquals(htmlUnits(html, { isXml: true }).map(({ source }) => source), [
    "<html><head>",
    "</head><body><p>One</p></body></html>",
  ]);
});
