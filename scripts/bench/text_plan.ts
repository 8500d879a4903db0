/**
 * Words per second of plain text, of text with protected spans, and of HTML, and what alignment costs.
 *
 *     deno run --allow-all scripts/bench/text_plan.ts --test lines.tsv [--sentences 200] [--repeats 3] [--threads 1]
 *
 * All four are made of the same lines (source, tab, ...): as they are; with a placeholder, an address or a number with
 * its unit at the end of each; as HTML with one to three words of each between tags; and as they are with
 * `alignment: true`. Words are those of the plain lines. Runs take turns, and the fastest counts. Goals: 0.8 of plain
 * text's words per second, and less than 1.3 times its time with alignment.
 */
import { parseArgs } from "@std/cli";
import { assets } from "@heed/model-en-de";
import { type TranslateOptions, Translator } from "@heed/translation";

const args = parseArgs(Deno.args, {
  string: ["test", "sentences", "repeats", "threads"],
  default: { sentences: "200", repeats: "3", threads: "1" },
});
if (!args.test) throw new TypeError("Cannot measure without text: give --test FILE.tsv");

const lines = (await Deno.readTextFile(args.test)).split("\n").map((line) => line.split("\t")[0])
  .filter((line) => /^[^<>&{}%\d]{30,160}$/.test(line));
const count = Math.min(lines.length, Number(args.sentences));
const plain = Array.from({ length: count }, (_, i) => lines[Math.floor(i * lines.length / count)]);
const words = plain.join(" ").split(/\s+/).length;

const spans = ["{name}", "%s", "https://example.org/a?b=1", "4.5 GB", "/etc/fstab", "`ls -l`"];
/** A span before the last mark of a sentence. */
const protectedLines = plain.map((line, i) =>
  line.replace(/[.!?:]?$/, (end) => ` (${spans[i % spans.length]})${end}`)
);
/** A link and an emphasis around words of each line. */
const html = plain.map((line, i) => {
  const parts = line.split(" ");
  const first = (i * 3) % Math.max(1, parts.length - 3), last = first + i % 3;
  parts[first] = `<a href="#">${parts[first]}`;
  parts[last] += "</a>";
  parts[parts.length - 1] = `<b>${parts.at(-1)}</b>`;
  return `<p>${parts.join(" ")}</p>`;
});
const kinds: [name: string, texts: readonly string[], options: TranslateOptions][] = [
  ["plain", plain, {}],
  ["protected spans", protectedLines, {}],
  ["html", html, { format: "html" }],
  ["html in one document", [html.join("\n")], { format: "html" }],
  ["alignment", plain, { alignment: true }],
];

using translator = await Translator.load(assets, {
  device: "wasm",
  threads: Number(args.threads),
});
await translator.translate(plain.slice(0, 16));
const fastest = new Map<string, number>();
for (let turn = 0; turn < Number(args.repeats); turn++) {
  for (const [name, texts, options] of kinds) {
    const started = performance.now();
    await translator.translate(texts, options);
    const seconds = (performance.now() - started) / 1000;
    fastest.set(name, Math.min(seconds, fastest.get(name) ?? Infinity));
  }
}
const base = fastest.get("plain")!;
for (const [name, seconds] of fastest) {
  const rate = (words / seconds).toFixed(0);
  console.log(`${name}: ${rate} words/s, ${(base / seconds).toFixed(2)} of plain text`);
}
const overhead = 100 * (fastest.get("alignment")! / base - 1);
console.log(`alignment costs ${overhead.toFixed(0)} % of translating`);
