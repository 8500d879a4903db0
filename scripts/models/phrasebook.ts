/**
 * Tells how many greetings, questions and short everyday sentences a model has right, and shows the others.
 *
 *     deno run -A scripts/models/phrasebook.ts --model packages/model-en-de/model --from en --to de
 *         [--num-beams 4] [--dtype int8]
 *
 * Ends with 1 where one is wrong.
 */
import { parseArgs } from "@std/cli";
import { Translator } from "@heed/translation";
import { type Phrase, phrasebook, wrongPhrases } from "../../apps/cli/testing/phrasebook.ts";

const args = parseArgs(Deno.args, {
  string: ["model", "from", "to", "dtype"],
  default: { "num-beams": 4, dtype: "int8" },
});
const { model, from, to, dtype } = args;
const languages: readonly (string | undefined)[] = ["en", "de"] satisfies (keyof Phrase)[];
if (
  model === undefined || !languages.includes(from) || !languages.includes(to) || from === to ||
  (dtype !== "int8" && dtype !== "fp32")
) {
  console.error(
    "usage: phrasebook.ts --model DIR --from en|de --to de|en [--num-beams 4] [--dtype int8|fp32]",
  );
  Deno.exit(2);
}
using translator = await Translator.load(model, { device: "wasm", dtype });
const wrong = await wrongPhrases(
  async (sources) =>
    (await translator.translate(sources, { numBeams: args["num-beams"] }))
      .map(([{ translation }]) => translation),
  { from: from as keyof Phrase, to: to as keyof Phrase },
);
for (const { source, translation, accepted } of wrong) {
  console.log(`${source}\n  wrong: ${translation}\n  right: ${accepted.join(" | ")}`);
}
console.log(`${phrasebook.length - wrong.length} of ${phrasebook.length} right (${from}-${to})`);
if (wrong.length > 0) Deno.exitCode = 1;
