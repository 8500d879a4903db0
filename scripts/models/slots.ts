/**
 * Tells how often a model copies slots: placeholders, addresses and the like in real lines are replaced by `⟦1⟧` ...,
 * and the line is whole when its translation has each of them exactly once: at once, and where one was lost when the
 * search may not end without them.
 *
 *     deno run -A scripts/models/slots.ts --model packages/model-en-de/model --data FILE.tsv [--data FILE.tsv]
 *         [--reverse] [--lines 500] [--num-beams 4] [--dtype int8] [--show 5]
 */
import { parseArgs } from "@std/cli";
import { findProtectedSpans, slotTokens, Translator, translatorParts } from "@heed/translation";

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
const lines = Math.min(sources.length, Number(args.lines)), numBeams = Number(args["num-beams"]);
const parts = await translatorParts(model, { device: "wasm", dtype });
const { tokenizer } = parts;
using translator = new Translator(parts);
const results = await translator.translate(sources.slice(0, lines), { numBeams, protect: false });
const isWhole = (translation: string, i: number) => {
  const found: string[] = translation.match(/⟦\d⟧/gu) ?? [];
  return found.toSorted().join() === slotTokens.slice(0, slots[i]).join();
};
const broken = results.flatMap(([{ translation }], i) => isWhole(translation, i) ? [] : [i]);
// As translate() searches where it finds that one was lost.
const inputIds = broken.map((i) => tokenizer.encode(sources[i]).ids);
const again = await parts.model.generate(inputIds, {
  numBeams: numBeams + 2,
  noRepeatNgramSize: 3,
  maxNewTokens: inputIds.map((ids) => 3 * ids.length + 20),
  requiredTokenIds: inputIds.map((ids) =>
    ids.filter((id) => slotTokens.includes(tokenizer.idToToken(id)?.replace("▁", "") ?? ""))
  ),
});
const mended = again.map(([{ ids }]) => tokenizer.decode(ids).trim());
const lost = broken.filter((i, k) => !isWhole(mended[k], i));
const share = (count: number) => `${(100 * (lines - count) / lines).toFixed(1)} %`;
console.log(
  `${lines - broken.length} of ${lines} lines came out whole at once: ${share(broken.length)}; ` +
    `${lines - lost.length} with the slots required: ${share(lost.length)}`,
);
broken.slice(0, Number(args.show)).forEach((i, k) =>
  console.log(`${sources[i]}\n  ${results[i][0].translation}\n  ${mended[k]}`)
);
