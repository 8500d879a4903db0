import type { Command } from "commander";
import {
  addEncoderOptions,
  checkTexts,
  type EncoderOptions,
  openEncoder,
  textGroups,
} from "../encoder_command.ts";
import type { Host } from "../host.ts";
import { positiveInteger } from "../options.ts";

interface FillMaskOptions extends EncoderOptions {
  readonly top: number;
}

/** Adds `heed fill-mask`. */
export function addFillMaskCommand(program: Command, host: Host): void {
  const command = program.command("fill-mask")
    .description("Guess the words that are missing in a text.")
    .argument("[text...]", "texts; default the lines of --input, else of standard input");
  addEncoderOptions(command)
    .option("--top <n>", "guesses for each gap", positiveInteger, 5)
    .option("--json", "write one JSON object a line: text, gaps")
    .addHelpText(
      "after",
      `
[MASK] or <mask> stands where a word is missing. A line for each guess: its
probability, a tab, the text with it.

Examples:
  heed fill-mask --model bert/ "Where is my [MASK]?"
  heed fill-mask --model bert/ --top 1 --json < lines.txt`,
    )
    .action((texts: string[], options: FillMaskOptions) => fillMask(texts, options, host));
}

async function fillMask(texts: string[], options: FillMaskOptions, host: Host): Promise<void> {
  checkTexts(texts, options);
  using encoder = await openEncoder(options, host);
  const { input, json, top } = options;
  for await (const group of textGroups(texts, { input, host })) {
    for (const text of group) {
      const gaps = await encoder.fillMask(text, { top, signal: host.signal });
      const lines = json
        ? [JSON.stringify({ text, gaps })]
        : gaps.flatMap((guesses) =>
          guesses.map(({ score, text }) => `${score.toFixed(4)}\t${text}`)
        );
      await host.writeOut(lines.join("\n") + "\n");
    }
  }
}
