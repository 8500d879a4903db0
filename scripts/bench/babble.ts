/**
 * How the thresholds of what is no translation stand to real text: of human translations none should be taken for
 * babble, and of a model's own outputs those that are.
 *
 *     deno run --allow-all scripts/bench/babble.ts --test lines.tsv [--outputs 300] [--list]
 *
 * Lines are English, tab, German. Both directions are judged, and outputs of the shipped models, which are asked for
 * once, with nothing tried again: the ones to look at with `--list`. It also prints how long translations are for their
 * sources, and how often a word or more comes again at once.
 */
import { parseArgs } from "@std/cli";
import { assets as german } from "@heed/model-de-en";
import { assets as english } from "@heed/model-en-de";
import { Translator } from "@heed/translation";
import { looksBroken } from "../../packages/translation/finish/babble.ts";

const args = parseArgs(Deno.args, {
  string: ["test", "outputs"],
  boolean: ["list"],
  default: { outputs: "300" },
});
if (!args.test) throw new TypeError("Cannot judge translations without some: give --test FILE.tsv");

const pairs = (await Deno.readTextFile(args.test)).trimEnd().split("\n")
  .map((line) => line.split("\t").slice(0, 2)).filter(([en, de]) => en && de);

for (const [name, assets, target] of [["en-de", english, "de"], ["de-en", german, "en"]] as const) {
  const directed = pairs.map(([en, de]) => target === "de" ? [en, de] : [de, en]);
  judge(`${name}, human`, directed, target);
  using translator = await Translator.load(assets, { device: "wasm", threads: 1 });
  const count = Math.min(directed.length, Number(args.outputs));
  const sources = Array.from(
    { length: count },
    (_, i) => directed[Math.floor(i * directed.length / count)][0],
  );
  // Nothing is judged where the length is given.
  const found = await translator.translate(sources, { maxNewTokens: 200, protect: false });
  judge(`${name}, model`, found.map(([{ source, translation }]) => [source, translation]), target);
}

function judge(name: string, pairs: readonly string[][], target: string): void {
  const broken = pairs.filter(([source, output]) => looksBroken({ source, output, target }));
  const ratios = pairs.filter(([source]) => source.length > 40)
    .map(([source, output]) => output.length / source.length).sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.floor(share * (ratios.length - 1))]?.toFixed(2);
  console.log(
    `${name}: ${broken.length} of ${pairs.length} look broken; length for length of the source ` +
      `${at(0)} least, ${at(0.001)} at 0.1 %, ${at(0.5)} median, ${at(0.999)} at 99.9 %, ${
        at(1)
      } most`,
  );
  if (args.list) {
    for (const [source, output] of broken) {
      console.log(`    ${source} => ${output}`);
    }
  }
}
