/**
 * Tells how often a model copies slots: placeholders, addresses and the like in real lines are replaced by `⟦1⟧` ...,
 * and the line is whole when its translation has each of them exactly once.
 *
 *     deno run -A scripts/models/slots.ts --model packages/model-en-de/model --data FILE.tsv [--data FILE.tsv]
 *         [--reverse] [--lines 500] [--num-beams 4] [--dtype int8] [--show 5]
 */
import { parseArgs } from "@std/cli";
import { findProtectedSpans, slotTokens, Translator } from "@heed/translation";

const args = parseArgs(Deno.args, {
  string: ["model", "data", "dtype"],
  collect: ["data"],
  boolean: ["reverse"],
  default: { lines: 500, "num-beams": 4, dtype: "int8", show: 5 },
});
const { model, dtype } = args;
if (model === undefined || args.data.length === 0 || (dtype !== "int8" && dtype !== "fp32")) {
  console.error("usage: slots.ts --model DIR --data FILE.tsv... [--reverse] [--lines 500]");
  Deno.exit(2);
}

const sources: string[] = [], slots: number[] = [];
for (const file of args.data as string[]) {
  for (const line of (await Deno.readTextFile(file)).split("\n")) {
    const text = line.split("\t")[args.reverse ? 1 : 0];
    const spans = findProtectedSpans(text ?? "", { kinds: ["placeholder", "address", "email"] });
    if (spans.length === 0 || spans.length > slotTokens.length) continue;
    let slotted = "", done = 0;
    for (const [i, { start, end }] of spans.entries()) {
      slotted += text.slice(done, start) + slotTokens[i];
      done = end;
    }
    sources.push(slotted + text.slice(done));
    slots.push(spans.length);
  }
}
const lines = Math.min(sources.length, Number(args.lines));
using translator = await Translator.load(model, { device: "wasm", dtype });
const results = await translator.translate(sources.slice(0, lines), {
  numBeams: Number(args["num-beams"]),
  protect: false,
});
const broken = results.flatMap(([{ translation }], i) => {
  const found = translation.match(/⟦\d⟧/gu) ?? [];
  const whole = slotTokens.slice(0, slots[i]).every((slot) =>
    found.filter((other: string) => other === slot).length === 1
  );
  return whole && found.length === slots[i] ? [] : [`${sources[i]}\n  ${translation}`];
});
const share = 100 * (lines - broken.length) / lines;
console.log(`${lines - broken.length} of ${lines} lines came out whole: ${share.toFixed(1)} %`);
for (const line of broken.slice(0, Number(args.show))) console.log(line);
