import { assertEquals } from "@std/assert";
import { linesOf } from "./lines.ts";

Deno.test("linesOf() joins what is cut inside a line and inside a character", async () => {
  const bytes = new TextEncoder().encode("für\n\nTore");
  const chunks = ReadableStream.from([bytes.slice(0, 2), bytes.slice(2, 7), bytes.slice(7)]);
  assertEquals(await Array.fromAsync(linesOf(chunks)), ["für", "", "Tore"]);
});
