import { assert, assertEquals } from "@std/assert";
import { cutPieces } from "./pieces.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("cutPieces() cuts text after whole lines, and loses nothing", () => {
  for (const text of ["", "a", "\n", "a\nb", "a\r\nb\r\n".repeat(700), "ä\n".repeat(20_001)]) {
    const bytes = bytesOf(text);
    const pieces = cutPieces({ format: "txt", bytes });
    assertEquals(pieces.flatMap((piece) => [...piece.bytes]), [...bytes]);
    for (const piece of pieces.slice(0, -1)) assertEquals(piece.bytes.at(-1), 10);
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    assertEquals(pieces.reduce((sum, { total }) => sum + total, 0), lines);
    assert(pieces.every(({ total }) => total <= 500));
  }
});

Deno.test("cutPieces() bounds pieces by bytes, but for one line; documents are one piece", () => {
  const line = "x".repeat(100 << 10) + "\n";
  const sizes = (bytes: Uint8Array, format: "txt" | "html" = "txt") =>
    cutPieces({ format, bytes }).map(({ total }) => total);
  assertEquals(sizes(bytesOf(line.repeat(5))), [2, 2, 1]);
  assertEquals(sizes(bytesOf("x".repeat(1 << 20) + "\na\n")), [1, 1]);
  assertEquals(sizes(bytesOf("<p>a\n</p>\n".repeat(400)), "html"), [1]);
  assertEquals(sizes(new Uint8Array([0xff, 0xfe, 10, 0, 10, 0])), [1]); // UTF-16
});
