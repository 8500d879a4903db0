/**
 * Turns sentence pairs into those for one model of both directions: each pair twice, once in each direction, with the
 * target language's token before the source (Johnson et al. 2017, "Google's Multilingual Neural Machine Translation
 * System").
 *
 *     deno run -A scripts/corpus/both_directions.ts PAIRS.tsv en de > both.tsv
 *
 * The third column, where a pair comes from, stays as it is.
 */
import { readLines } from "@heed/checkpoint";
import { languageToken } from "@heed/tokenizer";
import { parsePair } from "./pair.ts";

const [path, first, second] = Deno.args;
if (second === undefined) {
  console.error("usage: both_directions.ts PAIRS.tsv LANGUAGE_OF_COLUMN_1 LANGUAGE_OF_COLUMN_2");
  Deno.exit(2);
}
const [toFirst, toSecond] = [first, second].map(languageToken);
const utf8 = new TextEncoder();
const output = Deno.stdout.writable.getWriter();
let waiting: string[] = [];
for await (const { text = "" } of readLines(path)) {
  const pair = parsePair(text);
  if (pair === undefined) continue;
  const { source, target, document } = pair;
  const origin = document === "" ? "" : `\t${document}`;
  waiting.push(
    `${toSecond} ${source}\t${target}${origin}\n${toFirst} ${target}\t${source}${origin}\n`,
  );
  if (waiting.length >= 10_000) await flush();
}
await flush();
await output.close();

async function flush(): Promise<void> {
  await output.write(utf8.encode(waiting.join("")));
  waiting = [];
}
