/**
 * Makes text for pre-training out of what lies at hand: OUTPUT/text.txt and OUTPUT/dev.txt, a sentence or paragraph a
 * line, in random order, each once, and none of the texts of the study's tests.
 *
 *     deno run --allow-all apps/experiments/bert/prepare_text.ts DATA OUTPUT [--words=N] FILE ...
 *
 * DATA is the folder of the study's data. Of a `.tsv` the first column is read (English of pairs), of WordNet's `data.*`
 * the glosses, of Debian's `Packages` the descriptions, of other files every line. `--words` cuts each file.
 */
import { readLines } from "@heed/checkpoint";
import { shuffle } from "@heed/training";
import { TASKS } from "./tasks.ts";
import { textKey } from "./text_key.ts";

const option = Deno.args.find((arg) => arg.startsWith("--words="));
const mostWords = option === undefined ? Infinity : Number(option.slice("--words=".length));
const [data, output, ...sources] = Deno.args.filter((arg) => !arg.startsWith("--"));
if (sources.length === 0) throw new TypeError("Cannot make text: give DATA OUTPUT FILE ...");

/** What of a line is text. */
function textOf(path: string): (line: string) => string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.startsWith("data.")) return (line) => /^\d.*?\| (.*)$/.exec(line)?.[1];
  if (name.startsWith("Packages")) return (line) => /^Description: (.*)$/.exec(line)?.[1];
  if (name.endsWith(".tsv")) return (line) => line.split("\t")[0];
  return (line) => line;
}

/** Every line and every cell of the tests: more is left out than need be, and nothing of a test gets in. */
async function testKeys(): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const path of Object.values(TASKS).flatMap(({ test }) => test)) {
    for await (const { text: line = "" } of readLines(`${data}/${path}`)) {
      const cells = path.endsWith(".jsonl")
        ? [String(JSON.parse(line).text)]
        : [line, line.replace(/,[^,]*$/, ""), ...line.split("\t")];
      for (const cell of cells) keys.add(textKey(cell));
    }
  }
  return keys;
}

const tests = await testKeys();
const seen = new Set<string>();
const lines: string[] = [];
for (const path of sources) {
  const read = textOf(path), own: string[] = [];
  for await (const { text: line = "" } of readLines(path)) {
    // A gloss of WordNet is a definition and examples in quotes; the tests have the definition.
    const text = read(line)?.trim() ?? "";
    const key = textKey(text);
    if (text.split(/\s+/).length < 4 || seen.has(key)) continue;
    if (tests.has(key) || tests.has(textKey(text.split('; "')[0]))) continue;
    seen.add(key);
    own.push(text);
  }
  let words = 0;
  const kept = shuffle(own, 1).filter((text) =>
    words < mostWords && (words += text.split(/\s+/).length, true)
  );
  console.log(`${path.split("/").at(-1)}: ${kept.length} lines, ${words} words`);
  for (const text of kept) lines.push(text);
}
const mixed = shuffle(lines, 2);
await Deno.mkdir(output, { recursive: true });
await Deno.writeTextFile(`${output}/dev.txt`, mixed.slice(0, 2000).join("\n") + "\n");
await Deno.writeTextFile(`${output}/text.txt`, mixed.slice(2000).join("\n") + "\n");
