/**
 * Makes sentence pairs of text in one language: a reverse model writes the other side, which gets a tag
 * (Sennrich et al. 2016; tags: Caswell et al. 2019, "Tagged Back-Translation").
 *
 *     deno run -A scripts/corpus/back_translate.ts TEXT.txt --model DIR --out FILE.tsv
 *         [--tag "<BT> "] [--min-score=-1.5] [--num-beams 1] [--text-column 0] [--limit N]
 *
 * TEXT: one sentence a line. The model translates from the language of the text. FILE gets the text in
 * column 0 (or 1 by `--text-column`) and the tagged translation in the other one, and `back-translation` as
 * the document. What the model is not sure of (score below `--min-score`) or leaves as it is, is dropped. A
 * second start goes on after the lines that are done.
 */
import { parseArgs } from "@std/cli";
import cliProgress from "cli-progress";
import { readLines } from "@heed/checkpoint";
import { Translator } from "@heed/translation";
import { countWords, textKey } from "./pair.ts";

const MAX_WORDS = 60;

const args = parseArgs(Deno.args, {
  string: ["model", "out", "tag", "min-score"],
  default: {
    "tag": "<BT> ",
    "min-score": "-1.5",
    "num-beams": 1,
    "text-column": 0,
    "limit": Infinity,
  },
});
const [input] = args._.map(String);
if (input === undefined || !args.model || !args.out || ![0, 1].includes(args["text-column"])) {
  console.error("usage: back_translate.ts TEXT.txt --model DIR --out FILE.tsv [--text-column 0|1]");
  Deno.exit(2);
}
// A minus after a space looks like another option to parseArgs, which then leaves this one empty.
const minScore = Number.parseFloat(args["min-score"]);
if (Number.isNaN(minScore)) {
  console.error("--min-score takes a number of nats, with an equals sign: --min-score=-1.5");
  Deno.exit(2);
}

// How many lines of the text are done stands beside the pairs, as some lines give no pair.
const place = `${args.out}.done`;
const done = Number(await Deno.readTextFile(place).catch(() => "0"));
using translator = await Translator.load(args.model, { device: "wasm" });
using output = await Deno.open(args.out, {
  append: done > 0,
  write: true,
  create: true,
  truncate: done === 0,
});
const bar = Deno.stderr.isTerminal()
  ? new cliProgress.SingleBar({ format: "{bar} {value} lines, {duration_formatted}", fps: 2 })
  : undefined;
bar?.start(Number.isFinite(args.limit) ? args.limit : 0, done);

const count = { read: 0, written: 0 };
const encoder = new TextEncoder();
let texts: string[] = [];
for await (const { text } of readLines(input)) {
  if (count.read++ < done) continue;
  const tidy = text?.normalize("NFC").replace(/\s+/gu, " ").trim() ?? "";
  if (tidy !== "" && countWords(tidy) <= MAX_WORDS) texts.push(tidy);
  if (count.read % 1024 === 0) await write();
  if (count.read >= args.limit) break;
}
await write();
bar?.stop();
console.error(`${count.read} lines read, ${count.written} pairs written`);

async function write(): Promise<void> {
  const options = { numBeams: args["num-beams"], splitSentences: false };
  const translations = await translator.translate(texts, options);
  const lines = translations.flatMap(([{ source, translation, score }]) => {
    if (score < minScore || textKey(source) === textKey(translation)) return [];
    const sides = [source, args.tag + translation];
    if (args["text-column"] === 1) sides.reverse();
    return [`${sides.join("\t")}\tback-translation\n`];
  });
  const bytes = encoder.encode(lines.join(""));
  for (let at = 0; at < bytes.length;) at += output.writeSync(bytes.subarray(at));
  await Deno.writeTextFile(place, String(count.read));
  count.written += lines.length;
  texts = [];
  bar?.update(count.read);
}
