import { assertEquals, assertRejects } from "@std/assert";
import { place, withFolder } from "./_fixtures_test.ts";
import { decodeLines, type Line, readLines, type ReadLinesOptions } from "./read_lines.ts";

/** Gives bytes in pieces of a length. */
async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.byteLength; i += length) yield bytes.slice(i, i + length);
}

async function linesOf(bytes: Uint8Array, length: number, options?: ReadLinesOptions) {
  const lines: Line[] = [];
  for await (const line of decodeLines(pieces(bytes, length), options)) lines.push(line);
  return lines;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("decodeLines() gives the same lines however the bytes arrive", async () => {
  const text = "eins\r\nzwei\n\n\r\ndrei ä\u2028\r still\r\n😀";
  const expected: Line[] = [
    { number: 1, offset: 6, text: "eins" },
    { number: 2, offset: 11, text: "zwei" },
    { number: 3, offset: 12, text: "" },
    { number: 4, offset: 14, text: "" },
    { number: 5, offset: 33, text: "drei ä\u2028\r still" },
    { number: 6, offset: 37, text: "😀" },
  ];
  for (const length of [1, 2, 3, 5, 100]) assertEquals(await linesOf(utf8(text), length), expected);
});

Deno.test("decodeLines() gives no line after the last end, and none for nothing", async () => {
  assertEquals((await linesOf(utf8("a\nb\n"), 3)).map((line) => line.text), ["a", "b"]);
  assertEquals(await linesOf(utf8(""), 3), []);
  assertEquals((await linesOf(utf8("a\r"), 1)).map((line) => line.text), ["a"]);
});

Deno.test("decodeLines() leaves out a byte order mark at the start of the file only", async () => {
  const bytes = utf8("\ufeffa\n\ufeffb\n");
  for (const length of [1, 100]) {
    assertEquals((await linesOf(bytes, length)).map((line) => line.text), ["a", "\ufeffb"]);
  }
  const [line] = await linesOf(bytes, 9, { offset: 5, firstNumber: 2 });
  assertEquals(line, { number: 2, offset: 10, text: "\ufeffa" });
});

Deno.test("decodeLines() names lines that are not UTF-8, and goes on", async () => {
  const bytes = new Uint8Array([97, 10, 0xc3, 10, 98, 0xff, 13, 10, 0xed, 0xa0, 0x80, 10, 99]);
  const told: number[] = [];
  for (const length of [1, 4, 100]) {
    const lines = await linesOf(bytes, length, { onInvalid: (line) => told.push(line.number) });
    assertEquals(lines, [
      { number: 1, offset: 2, text: "a" },
      { number: 2, offset: 4, text: undefined, problem: "invalid UTF-8" },
      { number: 3, offset: 8, text: undefined, problem: "invalid UTF-8" },
      { number: 4, offset: 12, text: undefined, problem: "invalid UTF-8" },
      { number: 5, offset: 13, text: "c" },
    ]);
  }
  assertEquals(told, [2, 3, 4, 2, 3, 4, 2, 3, 4]);
});

Deno.test("decodeLines() passes over lines that are too long", async () => {
  const bytes = utf8("12345\n12345\r\n123456\n1234567890\n1\n12345\r");
  for (const length of [1, 2, 7, 100]) {
    const lines = await linesOf(bytes, length, { maxLineBytes: 5 });
    assertEquals(lines.map((line) => line.text ?? line.problem), [
      "12345",
      "12345",
      "too long",
      "too long",
      "1",
      "12345",
    ], `pieces of ${length}`);
    assertEquals(lines.at(-1)!.offset, bytes.byteLength);
  }
});

Deno.test("decodeLines() refuses options that are no natural numbers", async () => {
  await assertRejects(() => linesOf(utf8("a"), 1, { offset: -1 }), RangeError, "offset -1");
  await assertRejects(() => linesOf(utf8("a"), 1, { maxLineBytes: 0.5 }), RangeError, "0.5");
});

Deno.test(
  "readLines() goes on where an earlier reading ended",
  withFolder(async (folder) => {
    // Longer than what is read at once, with lines of many lengths.
    const text = Array.from({ length: 20_000 }, (_, i) => `${"ä".repeat(i % 57)}${i}`).join("\n");
    const path = await place(folder, "corpus.txt", text);
    const all: Line[] = [];
    for await (const line of readLines(path)) all.push(line);
    assertEquals(all.map((line) => line.text).join("\n"), text);
    for (const at of [0, 1, 4999, 19_998]) {
      const { number, offset } = all[at]!;
      const rest: Line[] = [];
      for await (const line of readLines(path, { offset, firstNumber: number + 1 })) {
        rest.push(line);
        if (rest.length === 3) break;
      }
      assertEquals(rest, all.slice(at + 1, at + 4));
    }
  }),
);

Deno.test(
  "readLines() says which file is missing",
  withFolder(async (folder) => {
    const lines = readLines(`${folder}/none.txt`);
    await assertRejects(() => lines.next(), Error, "none.txt: no such file");
  }),
);
