/**
 * Errors in dividing hard texts into sentences: of this project, of `Intl.Segmenter` alone, and of sentencex, the last
 * version in JavaScript and the newest in WASM.
 *
 *     deno run --allow-all --no-lock scripts/bench/splits.ts [--errors]
 *
 * The texts are testdata/translation/splits.tsv, by which the tables were mended, and splits_held_out.tsv, by which
 * they were not: language, tab, a text with ‖ where a sentence ends. An error is an end that is missed, or one too
 * many. `--errors` lists those of this project.
 */
import { splitSentences } from "@heed/translation";

/** A text, and where sentences begin in it but the first. */
interface HardText {
  readonly language: string;
  readonly text: string;
  readonly starts: readonly number[];
}

async function readTexts(name: string): Promise<HardText[]> {
  const file = new URL(`../../testdata/translation/${name}`, import.meta.url);
  return (await Deno.readTextFile(file)).trimEnd().split("\n").map((line) => {
    const [language, marked] = line.split("\t");
    let text = "";
    const starts: number[] = [];
    for (const [i, part] of marked.split("‖").entries()) {
      if (i > 0) starts.push(text.length + part.length - part.trimStart().length);
      text += part;
    }
    return { language, text, starts: behindMarkers(text, starts) };
  });
}

/** A number before a sentence is no part of it here, and of it there: places behind it are compared. */
function behindMarkers(text: string, starts: readonly number[]): number[] {
  const marker = /^\(?\d{1,2}[.)]\s+/;
  const moved = starts.map((start) => start + (marker.exec(text.slice(start))?.[0].length ?? 0));
  return [...new Set(moved)];
}

type Splitter = (text: string, language: string) => number[];

/** Where sentences begin that are given one after the other, without white space or with it. */
function startsOf(text: string, sentences: readonly string[]): number[] {
  let from = 0;
  return sentences.map((sentence) => {
    const start = text.indexOf(sentence.trim(), from);
    from = start + sentence.trim().length;
    return start;
  }).slice(1);
}

// By names that are no literals: no part of the project, and so not in its lock file.
const [javascript, wasm]: [string, string] = ["npm:sentencex@0.4.2", "npm:sentencex-wasm@0.1.31"];
const { default: segment } = await import(javascript);
const { default: init, segment: segmentByWasm } = await import(wasm);
const module = new URL("sentencex_wasm_bg.wasm", import.meta.resolve(wasm));
await init({ module_or_path: await Deno.readFile(module) });
const splitters: Record<string, Splitter> = {
  "this project": (text, language) => {
    const sentences = splitSentences(text, language).filter(({ isSentence }) => isSentence);
    return startsOf(text, sentences.map(({ text }) => text));
  },
  "Intl.Segmenter": (text, language) => {
    const segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
    return startsOf(text, Array.from(segmenter.segment(text), ({ segment }) => segment));
  },
  "sentencex 0.4.2": (text, language) => ofParts(text, segment(language, text)),
  "sentencex-wasm 0.1.31": (text, language) => ofParts(text, segmentByWasm(language, text)),
};

function ofParts(text: string, parts: readonly string[]): number[] {
  return startsOf(text, parts.filter((part) => part.trim() !== ""));
}

for (const [part, name] of [["tuned on", "splits.tsv"], ["held out", "splits_held_out.tsv"]]) {
  const texts = await readTexts(name);
  const languages = [...new Set(texts.map(({ language }) => language))];
  const ends = texts.map(({ text }) => text.match(/[.!?…。！？](?=["'”’»“«)\]）」]*\s?.)/gu) ?? []);
  console.log(`${part}: ${texts.length} texts, ${ends.flat().length} places where one might end`);
  console.log(`| Errors | all | ${languages.join(" | ")} |`);
  for (const [name, split] of Object.entries(splitters)) {
    const errors = new Map(languages.map((language) => [language, 0]));
    for (const { language, text, starts } of texts) {
      const found = behindMarkers(text, split(text, language));
      const wrong = [
        ...found.filter((start) => !starts.includes(start)),
        ...starts.filter((start) => !found.includes(start)),
      ];
      errors.set(language, errors.get(language)! + wrong.length);
      if (wrong.length > 0 && name === "this project" && Deno.args.includes("--errors")) {
        console.log(
          `    ${language} ${text}   ${wrong.map((at) => text.slice(at, at + 8)).join(" / ")}`,
        );
      }
    }
    const all = [...errors.values()].reduce((sum, count) => sum + count, 0);
    console.log(`| ${name} | ${all} | ${[...errors.values()].join(" | ")} |`);
  }
}
