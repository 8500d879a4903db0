import { assert, assertEquals, assertRejects } from "@std/assert";
import { openBlocks, type TextRecord } from "./open_blocks.ts";
import { indexParallelText, type ParallelText } from "./parallel_text.ts";
import type { Row } from "./rows.ts";

type ParallelLine = TextRecord<Row<"source" | "target">>;

const bad = new URL("../../../testdata/training/bad_lines.tsv", import.meta.url);
const source = new URL("../../../testdata/training/pairs.en", import.meta.url);
const target = new URL("../../../testdata/training/pairs.de", import.meta.url);

async function readAll(text: ParallelText, order?: number[]): Promise<ParallelLine[]> {
  const blocks = openBlocks(text);
  const lines: ParallelLine[] = [];
  for (const block of order ?? text.blocks.keys()) lines.push(...await blocks.read(block));
  await blocks.close();
  return lines;
}

Deno.test("openBlocks() names bad lines and gives the good ones", async () => {
  const lines = await readAll(await indexParallelText([bad]));
  assert(lines.every((line) => line.file.endsWith("bad_lines.tsv")));
  assertEquals(
    lines.map(({ line, ...rest }) => [
      line,
      rest.problem === undefined ? [rest.source, rest.target] : rest.problem,
    ]),
    [
      [1, ["A first line", "Eine erste Zeile"]],
      [2, "has 1 column, the target is column 2"],
      [3, "is not valid UTF-8"],
      [4, "the target is empty"],
      [5, "the source is empty"],
      [6, "has 1 column, the target is column 2"],
      [7, ["Three columns", "Drei Spalten"]],
      [8, ["Windows line end", "Zeilenende von Windows"]],
      [9, ["No line end", "Kein Zeilenende"]],
    ],
  );
});

Deno.test("openBlocks() takes the columns asked for", async () => {
  const options = { sourceColumn: 2, targetColumn: 0 };
  const lines = await readAll(await indexParallelText([bad], options));
  const seventh = lines[6];
  assert(seventh.problem === undefined);
  assertEquals([seventh.source, seventh.target], ["origin/7", "Three columns"]);
  assertEquals(lines[0].problem, "has 2 columns, the source is column 3");
});

Deno.test("openBlocks() reads two files side by side, several files in sequence", async () => {
  const text = await indexParallelText([{ source, target }, bad], { blockLines: 2 });
  assertEquals(text.lines, 5 + 9);
  const lines = await readAll(text);
  assertEquals(lines.map((line) => line.line), [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const third = lines[2];
  assert(third.problem === undefined);
  assertEquals([third.source, third.target], ["three", "drei ä"]);
  assertEquals(lines[3].problem, "target side: is not valid UTF-8");
});

Deno.test("openBlocks() gives the same lines in any order of blocks", async () => {
  const text = await indexParallelText([{ source, target }, bad], { blockLines: 3 });
  const forward = await readAll(text);
  const backward = await readAll(text, [...text.blocks.keys()].reverse());
  const key = ({ file, line }: ParallelLine) => `${file}:${String(line).padStart(3, "0")}`;
  const sorted = (lines: ParallelLine[]) => lines.toSorted((a, b) => key(a) < key(b) ? -1 : 1);
  assertEquals(sorted(backward), sorted(forward));
});

Deno.test("indexParallelText() ends at maxLines", async () => {
  const text = await indexParallelText([{ source, target }, bad], { maxLines: 7 });
  assertEquals((await readAll(text)).map((line) => line.line), [1, 2, 3, 4, 5, 1, 2]);
});

Deno.test("indexParallelText() refuses two files of different length", async () => {
  await assertRejects(
    () => indexParallelText([{ source, target: bad }]),
    RangeError,
    "one ends after 5 lines",
  );
});

Deno.test("indexParallelText() refuses data without a line, and names them", async () => {
  await assertRejects(() => indexParallelText(["data:,"]), RangeError, "data:,");
  await assertRejects(() => indexParallelText([]), RangeError, "the list of files");
});

Deno.test("openBlocks() notices that a file became shorter", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "a\tb\nc\td\n");
  const text = await indexParallelText([path]);
  await Deno.writeTextFile(path, "aaaa\tbb\n");
  const blocks = openBlocks(text);
  await assertRejects(() => blocks.read(0), RangeError, "changed after it was indexed");
  await blocks.close();
  await Deno.remove(path);
});
