/**
 * How often tags of HTML come back around the right words, beside Bergamot's HTML mode, with one model of Firefox's.
 *
 *     deno run --allow-all --no-lock scripts/bench/tags_bergamot.ts --bergamot PACKAGE --model FOLDER --test FILE [--list]
 *
 * FOLDER has `model.bin`, `vocab.spm` and `lex.bin`; PACKAGE is `@browsermt/bergamot-translator` of npm; FILE has a
 * sentence a line, what stands behind a tab left aside. Both translate each line as plain text. Words that stand once
 * in the line and once in both translations, alike (names, numbers, identifiers), are what can be told without an
 * aligner: one of a line goes between tags, and a tag is right that has it alone inside in the translated HTML. Tags
 * that have one word of three letters at most beside it, such as its article, are counted by themselves.
 */
import { parseArgs } from "@std/cli";
import { Translator } from "@heed/translation";
import { loadBergamot, modelOf } from "./peers/bergamot_module.ts";

const args = parseArgs(Deno.args, {
  string: ["bergamot", "model", "test", "lines"],
  boolean: ["list"],
  default: { lines: "100" },
});
if (!args.bergamot || !args.model || !args.test) {
  throw new TypeError("Cannot compare: give --bergamot PACKAGE --model FOLDER --test FILE");
}

type Translate = (texts: readonly string[], format: "text" | "html") => Promise<string[]>;

const bergamot = await loadBergamot(args.bergamot);
const service = new bergamot.BlockingService({ cacheSize: 0 });
const model = await modelOf(bergamot, {
  folder: args.model,
  config: `beam-size: 1
normalize: 1.0
word-penalty: 0
cpu-threads: 0
gemm-precision: int8shiftAlphaAll
alignment: soft
skip-cost: true
quiet: true
quiet-translation: true
max-length-break: 128
mini-batch-words: 1024
workspace: 128
max-length-factor: 2.5
`,
});
using translator = await Translator.load(args.model, { device: "wasm", threads: 1 });
const translators: Record<string, Translate> = {
  "this project": async (texts, format) => {
    const found = await translator.translate(texts, { format, numBeams: 1 });
    return found.map(([{ translation }]) => translation);
  },
  "Bergamot": (texts, format) => {
    const list = new bergamot.VectorString(), options = new bergamot.VectorResponseOptions();
    for (const text of texts) {
      list.push_back(text);
      options.push_back({ alignment: false, html: format === "html", qualityScores: false });
    }
    const responses = service.translate(model, list, options);
    const found = texts.map((_, i) => responses.get(i).getTranslatedText());
    for (const one of [list, options, responses]) one.delete();
    return Promise.resolve(found);
  },
};

/** Whole words: neither a hyphen nor a dot within parts one. */
const wordsOf = (text: string): readonly string[] =>
  text.match(/[\p{L}\p{M}\p{N}]+(?:[-_.'’/@:][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
const isOnce = (word: string, text: string) =>
  wordsOf(text).filter((one) => one === word).length === 1 && text.split(word).length === 2;

const lines = (await Deno.readTextFile(args.test)).split("\n").map((line) => line.split("\t")[0])
  .filter((text) => /^[^<>&{}%]{30,160}$/.test(text));
const wanted = Number(args.lines);
const drawn = Array.from(
  { length: Math.min(lines.length, wanted * 3) },
  (_, i) => lines[Math.floor(i * lines.length / Math.min(lines.length, wanted * 3))],
);
const plain = new Map<string, string[]>();
for (const [name, translate] of Object.entries(translators)) {
  plain.set(name, await translate(drawn, "text"));
}
const tagged: { html: string; word: string }[] = [];
for (const [i, line] of drawn.entries()) {
  if (tagged.length === wanted) break;
  const alike = wordsOf(line).filter((word, place) =>
    // The first word has its capital from where it stands.
    (word.length > 3 || /\d/.test(word)) && (place > 0 || /\d/.test(word)) &&
    [line, ...Array.from(plain.values(), (own) => own[i])].every((text) => isOnce(word, text))
  );
  if (alike.length === 0) continue;
  const word = alike[(i * 7) % alike.length];
  tagged.push({ word, html: `<p>${line.replace(word, () => `<a href="x">${word}</a>`)}</p>` });
}
for (const [name, translate] of Object.entries(translators)) {
  const found = await translate(tagged.map(({ html }) => html), "html");
  let right = 0, near = 0;
  for (const [i, { html, word }] of tagged.entries()) {
    const inside = /<a href="x">(.*?)<\/a>/su.exec(found[i])?.[1] ?? "";
    const isWhole = found[i].split("<a ").length === 2;
    const others = wordsOf(inside).filter((one) => one !== word);
    if (!isWhole || !wordsOf(inside).includes(word) || others.length > 0) {
      if (args.list) console.log(`${name}: ${html}\n  ${found[i]}`);
    } else right++;
    const isShort = others.length === 1 && others[0].length <= 3;
    if (isWhole && wordsOf(inside).includes(word) && isShort) near++;
  }
  const share = (100 * right / tagged.length).toFixed(1);
  console.log(
    `${name}: tags around the right word ${right} of ${tagged.length}, ${share} %; a short word beside it ${near}`,
  );
}
