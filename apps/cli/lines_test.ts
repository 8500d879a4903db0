import { assertEquals, assertRejects } from "@std/assert";
import { inputLines } from "./lines.ts";

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

Deno.test("inputLines() gives the same lines however the bytes are cut", async () => {
  const text = "ä\r\n\n\r\n🦊 fox\rstill\n\ufeffmark\nend";
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= bytes.length; size++) {
    const lines = await Array.fromAsync(inputLines(chunks(bytes, size)));
    assertEquals(lines.map((line) => line.text + line.ending).join(""), text);
    assertEquals(lines.map((line) => line.ending), ["\r\n", "\n", "\r\n", "\n", "\n", ""]);
    assertEquals(lines.map((line) => line.number), [1, 2, 3, 4, 5, 6]);
    assertEquals(lines.reduce((sum, line) => sum + line.bytes, 0), bytes.length);
  }
});

Deno.test("inputLines() marks lines that are not UTF-8", async () => {
  const lines = await Array.fromAsync(
    inputLines(chunks(Uint8Array.of(0xc3, 10, 97, 10, 0xff, 0xe2, 0x82), 2)),
  );
  assertEquals(lines.map(({ text, isValid }) => [text, isValid]), [
    ["\ufffd", false],
    ["a", true],
    ["\ufffd\ufffd", false],
  ]);
});

Deno.test("inputLines() refuses a line without end", async () => {
  const lines = inputLines(chunks(new Uint8Array(100).fill(97), 7), { maxLineBytes: 50 });
  await assertRejects(() => Array.fromAsync(lines), RangeError, "Cannot read line 1");
});

Deno.test("inputLines() stops waiting when the signal is aborted", async () => {
  const controller = new AbortController();
  async function* silent(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(97, 10);
    controller.abort(new Error("enough"));
    await new Promise(() => {});
  }
  const lines = inputLines(silent(), { signal: controller.signal });
  assertEquals((await lines.next()).value?.text, "a");
  await assertRejects(() => lines.next(), Error, "enough");
});
