/**
 * Translates a few texts with the shipped model and draws what the model looked at.
 *
 *     deno task demo
 *
 * @module
 */
import type { Translation } from "@heed/translation";
import { matrixRecord } from "./attention_records.ts";
import { endingOf } from "./failure.ts";
import { denoHost, type Host } from "./host.ts";
import { chooseModel } from "./models.ts";
import { runtimeFrom } from "./options.ts";
import { ranOn } from "./ran_on.ts";

const texts: readonly string[] = [
  "The file could not be opened.",
  "Do you want to save the changes before closing?",
  "Please enter your name and your password.",
  "Select the pictures that you want to print. You can change their order with the mouse, and you can remove a " +
  "picture from the list at any time.\n\nWhen you are ready, click on the button.",
];

/** The text whose alignment is drawn. */
const pictured = 0;

/** Runs the demonstration. */
export async function demo(host: Host): Promise<void> {
  const { signal } = host;
  const started = performance.now();
  using translator = await host.loadTranslator(await chooseModel({ from: "en", to: "de" }, host), {
    ...runtimeFrom({}, host),
  });
  const loaded = performance.now();
  const translations = (await translator.translate(texts, { signal })).map(([best]) => best);
  const translated = performance.now();

  await host.writeOut("English to German with the shipped model\n\n");
  for (const translation of translations) await host.writeOut(describe(translation));

  const pair = await translator.attention(texts[pictured], { signal });
  const { alignmentText } = await import("@heed/visualize");
  await host.writeOut(
    `What the model looked at, word by word, for "${pair.target}":\n\n` +
      alignmentText(await matrixRecord(pair, {}), {
        color: host.stdoutIsTerminal && host.environment("NO_COLOR") === undefined,
        width: host.columns,
      }),
  );

  const { device = { name: "an unknown device", reason: "it does not say" } } = translator;
  const words = texts.join(" ").split(/\s+/).length;
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  await host.writeOut(
    `\nRan on ${ranOn(device)} (${device.reason}).\n` +
      `Loading took ${seconds(loaded - started)} s, translating ${words} words with 4 beams ` +
      `${seconds(translated - loaded)} s.\n`,
  );
}

function describe({ source, translation, score }: Translation): string {
  const indent = (text: string) => text.replaceAll("\n", "\n    ").replace(/[ \t]+$/gm, "");
  return `en  ${indent(source)}\nde  ${indent(translation)}\n    score ${score.toFixed(3)}\n\n`;
}

if (import.meta.main) {
  const host = denoHost();
  let exitCode = 0;
  try {
    await demo(host);
  } catch (thrown) {
    const ending = endingOf(host.signal.aborted ? host.signal.reason : thrown);
    exitCode = ending.exitCode;
    if (ending.message !== "") host.writeError(`demo: ${ending.message}\n`);
  }
  Deno.exit(exitCode);
}
