/**
 * How often tags of HTML come back around the right words.
 *
 *     deno run --allow-all scripts/bench/tags.ts --data train.tsv --test lines.tsv [--sentences 300] [--list]
 *
 * Simulated: of lines of `--test` (source, tab, target), the source is translated as plain text; two aligners, one in
 * each direction, that learn from `--data` and these translations say which words belong together. One to three words
 * in a row whose links both agree on, and that became words in a row, are put between tags, the first and last of them
 * of four letters and more, a number or a name, and the HTML is translated. The tag is right when it holds these words and no other.
 *
 * By hand: the pairs of testdata/alignment/en-de.tsv. Words in a row whose sure links are to words in a row are put
 * between tags, and placed in the given target by the attention of the model over it.
 */
import { parseArgs } from "@std/cli";
import { type AlignmentModel, alignTokens, ParallelCorpus, trainAligner } from "@heed/alignment";
import { readLines } from "@heed/checkpoint";
import { parsePharaoh } from "@heed/metrics";
import { assets } from "@heed/model-en-de";
import { Translator } from "@heed/translation";
import { placeMarks } from "../../packages/translation/marks/place_marks.ts";

const args = parseArgs(Deno.args, {
  string: ["data", "test", "sentences", "gold"],
  boolean: ["list"],
  default: { sentences: "300", gold: "testdata/alignment/en-de.tsv" },
});
if (!args.data || !args.test) {
  throw new TypeError("Cannot measure tags without text: give --data FILE.tsv --test FILE.tsv");
}

/** A part of a sentence, first and last word, and the part of the translation that it became. */
interface Stretch {
  readonly source: readonly [first: number, last: number];
  readonly target: readonly [first: number, last: number];
}

/** Places of words, in order. */
const wordsOf = (text: string) =>
  Array.from(text.matchAll(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu), (match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));

using translator = await Translator.load(assets, { device: "wasm", threads: 1 });
const sources = (await Deno.readTextFile(args.test)).split("\n").map((line) => line.split("\t")[0])
  .filter((text) => /^[^<>&{}%]+$/.test(text) && wordsOf(text).length >= 6 && text.length < 200);
const wanted = Number(args.sentences);
const drawn = Array.from(
  { length: Math.min(sources.length, Math.ceil(wanted * 1.5)) },
  (_, i, all = Math.ceil(wanted * 1.5)) => sources[Math.floor(i * sources.length / all)],
);
const plain = (await translator.translate(drawn)).map(([{ translation }]) => translation);

const ids = [new Map<string, number>(), new Map<string, number>()];
const idsOf = (text: string, side: 0 | 1) =>
  wordsOf(text).map(({ text }) => {
    const word = text.toLowerCase();
    return ids[side].get(word) ?? (ids[side].set(word, ids[side].size), ids[side].size - 1);
  });
const corpus = new ParallelCorpus();
for await (const { text } of readLines(args.data)) {
  const [source, target] = text?.split("\t") ?? [];
  if (target) corpus.add(idsOf(source, 0), idsOf(target, 1));
}
drawn.forEach((source, i) => corpus.add(idsOf(source, 0), idsOf(plain[i], 1)));
const forward = await trainAligner(corpus);
const backward = await trainAligner(corpus.reversed());

/** Links that both directions agree on, or of words that are written alike and only once. */
function agreed(source: string, target: string): [source: number, target: number][] {
  const [from, to] = [idsOf(source, 0), idsOf(target, 1)];
  const links = (model: AlignmentModel, a: number[], b: number[]) => alignTokens(model, a, b);
  const there = links(forward, from, to), back = links(backward, to, from);
  const found = Array.from(there, (i, j): [number, number] => [i, j])
    .filter(([i, j]) => i >= 0 && back[i] === j);
  const words = [wordsOf(source), wordsOf(target)].map((words) => words.map(({ text }) => text));
  words[0].forEach((word, i) => {
    const isOnce = words.every((own) => own.filter((one) => one === word).length === 1);
    if (!isOnce || found.some(([a]) => a === i)) return;
    found.push([i, words[1].indexOf(word)]);
  });
  return found;
}

/** Stretches of one to three words that became as many; the longest first. */
function stretches(links: readonly [number, number][], most = 3): Stretch[] {
  const found: Stretch[] = [];
  for (let length = most; length >= 1; length--) {
    for (const [first] of links) {
      const inside = links.filter(([i]) => i >= first && i < first + length);
      const targets = inside.map(([, j]) => j);
      const [low, high] = [Math.min(...targets), Math.max(...targets)];
      const isWhole = new Set(inside.map(([i]) => i)).size === length &&
        new Set(targets).size === high - low + 1 &&
        links.every(([i, j]) => (i >= first && i < first + length) === (j >= low && j <= high));
      if (isWhole) found.push({ source: [first, first + length - 1], target: [low, high] });
    }
  }
  return found;
}

/** Links and emphasis begin and end with words that mean something. */
const isContent = (word: string) => word.length > 3 || /[\p{Lu}\d]/u.test(word);

const open = '<a href="x">', close = "</a>";
/** What is between the tags, and what the text is without them. */
function readTags(html: string): { inside: string; text: string } {
  const [before, rest = ""] = html.split(open);
  const [inside, behind = ""] = rest.split(close);
  return { inside, text: before + inside + behind };
}
const plainWords = (text: string) => wordsOf(text).map(({ text }) => text).join(" ");

const paragraphs: { html: string; expected: string; text: string }[] = [];
for (const [i, source] of drawn.entries()) {
  if (paragraphs.length === wanted) break;
  const from = wordsOf(source);
  const all = stretches(agreed(source, plain[i])).filter(({ source: [first, last] }) =>
    isContent(from[first].text) && isContent(from[last].text)
  );
  // Not always the longest, nor the first.
  const { source: [first, last], target } = all[(i * 7) % all.length] ?? { source: [-1, -1] };
  if (target === undefined) continue;
  const to = wordsOf(plain[i]);
  const [start, end] = [from[first].start, from[last].end];
  paragraphs.push({
    html: `<p>${source.slice(0, start)}${open}${source.slice(start, end)}${close}${
      source.slice(end)
    }</p>`,
    expected: plainWords(plain[i].slice(to[target[0]].start, to[target[1]].end)),
    text: plain[i],
  });
}
const translated = await translator.translate(paragraphs.map(({ html }) => html), {
  format: "html",
});
let right = 0, same = 0;
translated.forEach(([{ translation }], i) => {
  const { html, expected, text } = paragraphs[i];
  const found = readTags(translation.replace(/^<p>|<\/p>$/g, ""));
  if (plainWords(found.text) === plainWords(text)) same++;
  if (plainWords(found.inside) === expected) right++;
  else if (args.list) console.log(`${html}\n  ${translation}\n  not: ${expected}`);
});
const share = (part: number, all: number) =>
  `${part} of ${all}, ${(100 * part / all).toFixed(1)} %`;
console.log(`simulated: tags around the right words ${share(right, paragraphs.length)}`);
console.log(`  with the same text as without tags ${share(same, paragraphs.length)}`);

let rightByHand = 0, byHand = 0;
for (const line of (await Deno.readTextFile(args.gold)).trimEnd().split("\n")) {
  const [source, target, alignment] = line.split("\t");
  const joined = [source, target].map((text) => text.replace(/ (?=[.,?])/g, ""));
  const links = parsePharaoh(alignment).filter(({ possible }) => !possible)
    .map(({ source, target }): [number, number] => [source, target]);
  const words = [source, target].map((text) => text.split(" "));
  const { cross: _, alignment: attention, sourceTokens, targetTokens } = await translator
    .attention(joined[0], { target: joined[1] });
  const place = (side: 0 | 1, [first, last]: readonly [number, number]) => {
    const before = words[side].slice(0, first).join(" ").replace(/ (?=[.,?])/g, "");
    const start = before.length + (first > 0 ? 1 : 0);
    return [start, start + words[side].slice(first, last + 1).join(" ").length] as const;
  };
  for (const { source: from, target: to } of stretches(links)) {
    if (
      ![from, to].every(([first, last], side) =>
        words[side].slice(first, last + 1).every((word) => /\p{L}/u.test(word))
      )
    ) continue;
    const [start, end] = place(0, from);
    const edits = placeMarks({
      source: { text: joined[0], tokens: sourceTokens },
      target: { text: joined[1], tokens: targetTokens },
      attention,
    }, [{ start, end, open: "<", close: ">", inside: [] }]) ?? [];
    byHand++;
    const [at, behind] = edits.map((edit) => edit.start);
    const expected = joined[1].slice(...place(1, to));
    if (plainWords(joined[1].slice(at, behind)) === plainWords(expected)) rightByHand++;
    else if (args.list) {
      console.log(
        `${joined.join(" = ")}\n  ${joined[0].slice(start, end)} = ${
          joined[1].slice(at, behind)
        }, not ${expected}`,
      );
    }
  }
}
console.log(`by hand: ${share(rightByHand, byHand)}`);
