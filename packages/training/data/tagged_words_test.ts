import { assertEquals } from "@std/assert";
import { indexDocuments } from "./documents.ts";
import { openBlocks } from "./open_blocks.ts";
import { indexTaggedWords } from "./tagged_words.ts";
import type { TextData } from "./text_data.ts";

const data = (text: string) => "data:," + encodeURIComponent(text);

async function readAll<T extends object>(text: TextData<T>): Promise<unknown[]> {
  const blocks = openBlocks(text);
  const read: unknown[] = [];
  for (const block of text.blocks.keys()) {
    for (const { file: _, ...record } of await blocks.read(block)) read.push(record);
  }
  await blocks.close();
  return read;
}

const conll = [
  "-DOCSTART- -X- O O",
  "",
  "EU NNP I-NP B-ORG",
  "rejects VBZ I-VP O",
  "",
  "",
  "alone",
  "",
  "Peter NNP I-NP B-PER",
].join("\n");

Deno.test("indexTaggedWords() reads a sentence up to its blank line, whatever the blocks", async () => {
  for (const blockLines of [1, 3, 64]) {
    assertEquals(await readAll(await indexTaggedWords([data(conll)], { blockLines })), [
      { line: 3, words: ["EU", "rejects"], tags: ["B-ORG", "O"] },
      { line: 6, problem: "line 7 has 1 column, no word with its tag" },
      { line: 9, words: ["Peter"], tags: ["B-PER"] },
    ]);
  }
});

Deno.test("indexTaggedWords() takes the columns asked for, of tabs before spaces", async () => {
  const text = await indexTaggedWords([data("1\tNew York\tPROPN\t_\n2\tis\tAUX\t_\n\n")], {
    wordColumn: 1,
    tagColumn: 2,
  });
  assertEquals(await readAll(text), [
    { line: 1, words: ["New York", "is"], tags: ["PROPN", "AUX"] },
  ]);
});

Deno.test("indexTaggedWords() ends with the sentence that maxLines falls into", async () => {
  const text = await indexTaggedWords([data(conll)], { maxLines: 3 });
  assertEquals(await readAll(text), [{ line: 3, words: ["EU", "rejects"], tags: ["B-ORG", "O"] }]);
});

Deno.test("indexDocuments() parts documents by lines or by blank lines", async () => {
  const text = data("\none\ntwo\n\n\nthree \n");
  assertEquals(await readAll(await indexDocuments([text])), [
    { line: 2, text: "one" },
    { line: 3, text: "two" },
    { line: 6, text: "three" },
  ]);
  assertEquals(await readAll(await indexDocuments([text], { separator: "blank line" })), [
    { line: 1, text: "one\ntwo" },
    { line: 5, text: "three" },
  ]);
});
