/**
 * How often the language of a short text is detected.
 *
 *     deno run --allow-all scripts/bench/detect.ts [FILE.tsv...]
 *
 * Without files: 1,008 texts of three to twelve words, 112 of each of nine languages, of what programs of Debian say
 * (fetched with apt-get, kept in .cache/detect). Else the lines of the files: language, tab, text; where the language
 * is not one, the fields are a sentence of English and one of German, as in Tatoeba's pairs.
 */
import { detectLanguage } from "@heed/translation/detect";
import { catalogueLines, type LabelledText } from "./detect/catalogue_lines.ts";

const texts = Deno.args.length === 0
  ? await catalogueLines(112, ".cache/detect")
  : (await Promise.all(Deno.args.map(readTable))).flat();

async function readTable(path: string): Promise<LabelledText[]> {
  const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  return lines.flatMap((line) => {
    const [first, second] = line.split("\t");
    return /^[a-z]{2}$/.test(first)
      ? [{ language: first, text: second }]
      : [{ language: "en", text: first }, { language: "de", text: second }];
  });
}

const languages = [...new Set(texts.map(({ language }) => language))];
const settings: [name: string, offered: string[]][] = [
  ["among 60", []],
  [`on offer: ${languages.join(" ")}`, languages],
];
for (const [name, offered] of settings) {
  const wrong: string[] = [];
  const right = new Map(languages.map((language) => [language, 0]));
  for (const { language, text } of texts) {
    const [best] = await detectLanguage(text, { offered });
    if (best.language === language) right.set(language, right.get(language)! + 1);
    else wrong.push(`${language} as ${best.language}: ${text}`);
  }
  const share = 100 * (1 - wrong.length / texts.length);
  console.log(`${name}: ${share.toFixed(1)} % of ${texts.length} right`);
  for (const language of languages) {
    const all = texts.filter((text) => text.language === language).length;
    console.log(`  ${language} ${(100 * right.get(language)! / all).toFixed(1)} %`);
  }
  console.log(wrong.slice(0, 25).map((line) => `    ${line}`).join("\n"));
}
