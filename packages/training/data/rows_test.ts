import { assertEquals, assertRejects } from "@std/assert";
import { openBlocks } from "./open_blocks.ts";
import { indexRows, type RowOptions } from "./rows.ts";
import type { TextData } from "./text_data.ts";

const data = (text: string) => "data:," + encodeURIComponent(text);

/** What was read: texts, or what is wrong, with the number of the line. */
async function readAll<T extends object>(text: TextData<T>, backward = false): Promise<unknown[]> {
  const blocks = openBlocks(text);
  const read: [number, unknown][] = [];
  const order = [...text.blocks.keys()];
  for (const block of backward ? order.reverse() : order) {
    for (const { file: _, line, ...record } of await blocks.read(block)) {
      read.push([line, record.problem ?? Object.values(record)]);
    }
  }
  await blocks.close();
  return read.sort(([a], [b]) => a - b);
}

const columns = { text: "sentence", label: "label" } as const;

async function rows(
  text: string,
  options: Partial<RowOptions<"text" | "label">> = {},
): Promise<unknown[]> {
  return await readAll(await indexRows([data(text)], { columns, format: "csv", ...options }));
}

Deno.test("indexRows() reads CSV with quotes, commas and line ends in cells", async () => {
  const csv = [
    "id,sentence,label",
    '1,"Good, I say",yes',
    '2,"She said ""no""\nand left",no',
    "",
    '3,"",no',
    '4,5" disk,no',
    '5,"open,',
    "6",
    '",yes',
    "7,last,no",
  ].join("\r\n");
  const expected = [
    [2, ["Good, I say", "yes"]],
    [3, ['She said "no"\nand left', "no"]],
    [5, 'has no label, "label"'],
    [6, "the text is empty"],
    [7, ['5" disk', "no"]],
    [8, ["open,\n6", "yes"]],
    [11, ["last", "no"]],
  ];
  for (const blockLines of [1, 2, 64]) assertEquals(await rows(csv, { blockLines }), expected);
  const small = await indexRows([data(csv)], { columns, format: "csv", blockLines: 2 });
  assertEquals(await readAll(small, true), expected);
  assertEquals(await rows(csv, { maxLines: 2 }), expected.slice(0, 2));
});

Deno.test("indexRows() loses no more than a hundred lines to a quote without an end", async () => {
  const csv = 'sentence,label\n"open,yes\n' + "next,no\n".repeat(150);
  const read = await rows(csv);
  assertEquals(read[0], [2, "has a quoted cell that does not end"]);
  assertEquals(read.length, 1 + 51);
  assertEquals(read[1], [102, ["next", "no"]]);
});

Deno.test("indexRows() reads TSV by name and by number, with a header or without", async () => {
  const tsv = 'label\tsentence\nyes\t a "quoted" text \nno\n';
  const expected = [[2, ['a "quoted" text', "yes"]], [3, 'has no text, "sentence"']];
  assertEquals(await rows(tsv, { format: "tsv" }), expected);
  const byNumber = { columns: { text: 1, label: 0 }, format: "tsv" } as const;
  assertEquals((await rows(tsv, byNumber))[0], [1, ["sentence", "label"]]);
  assertEquals(await rows(tsv, { ...byNumber, header: true }), [
    [2, ['a "quoted" text', "yes"]],
    [3, "has 1 column, the text is column 2"],
  ]);
});

Deno.test("indexRows() reads lines of JSON by key and by place", async () => {
  const jsonl = [
    '{"sentence":"Good","label":0.5}',
    '{"sentence":"Bad"}',
    "",
    '["x", true]',
    "{",
    '{"sentence":{},"label":1}',
    "7",
  ].join("\n");
  assertEquals(await rows(jsonl, { format: "jsonl" }), [
    [1, ["Good", "0.5"]],
    [2, 'has no label, "label"'],
    [4, 'has no label, "label"'],
    [5, "is not JSON"],
    [6, "the text is no text, number or boolean"],
    [7, "is no object or array of JSON"],
  ]);
  const columns = { text: 0, label: 1 };
  assertEquals((await rows(jsonl, { format: "jsonl", columns }))[2], [4, ["x", "true"]]);
});

Deno.test("indexRows() reads single texts, and texts and labels from files side by side", async () => {
  const texts = data("one\ttwo\n\nthree\n"), labels = data("a\nb\nc\n");
  assertEquals(await readAll(await indexRows([texts], { columns: { text: 0 }, format: "text" })), [
    [1, ["one\ttwo"]],
    [2, "the text is empty"],
    [3, ["three"]],
  ]);
  const both = await indexRows([{ text: texts, label: labels }], {
    columns: { text: 0, label: 1 },
  });
  assertEquals(await readAll(both), [
    [1, ["one\ttwo", "a"]],
    [2, "the text is empty"],
    [3, ["three", "c"]],
  ]);
});

Deno.test("indexRows() knows formats by their endings, and mixes none", async () => {
  const directory = await Deno.makeTempDir();
  const files = { "a.csv": 't\n"x,"\n', "b.jsonl": '{"t":"x,"}', "c.tsv": "t\nx,", "d.txt": "x," };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${directory}/${name}`, text);
    const columns = { text: name === "d.txt" ? 0 : "t" };
    const rows = await readAll(await indexRows([`${directory}/${name}`], { columns }));
    assertEquals(rows.map((row) => (row as unknown[])[1]), [["x,"]], name);
  }
  await assertRejects(
    () => indexRows([`${directory}/a.csv`, `${directory}/b.jsonl`], { columns: { text: "t" } }),
    RangeError,
    "Cannot read rows of csv and jsonl together",
  );
  await assertRejects(
    () => indexRows([`${directory}/a.csv`], { columns: { text: "title" } }),
    RangeError,
    'its header has no column "title"; it has "t"',
  );
  await Deno.writeTextFile(`${directory}/wide.csv`, Array(1000).fill("a".repeat(900)).join(","));
  const wide = await assertRejects(
    () => indexRows([`${directory}/wide.csv`], { columns: { text: "title" } }),
    RangeError,
    "and 980 more",
  );
  assertEquals(wide.message.length < 2000, true);
  await Deno.remove(directory, { recursive: true });
});
