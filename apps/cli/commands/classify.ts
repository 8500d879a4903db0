import type { Command } from "commander";
import {
  addEncoderOptions,
  checkTexts,
  type EncoderOptions,
  openEncoder,
  textGroups,
} from "../encoder_command.ts";
import type { Host } from "../host.ts";

/** Adds `heed classify`. */
export function addClassifyCommand(program: Command, host: Host): void {
  const command = program.command("classify")
    .description("Give each text the label that a fine-tuned model finds likeliest.")
    .argument("[text...]", "texts; default the lines of --input, else of standard input");
  addEncoderOptions(command)
    .option("--json", "write one JSON object a line: text, label, score, scores")
    .addHelpText(
      "after",
      `
One line for each text: the label, a tab, its probability. With --json, scores
are those of all labels, the best first.

Examples:
  heed classify --model banking/ "Where is my card?"
  heed classify --model banking/ --json < lines.txt`,
    )
    .action((texts: string[], options: EncoderOptions) => classify(texts, options, host));
}

async function classify(texts: string[], options: EncoderOptions, host: Host): Promise<void> {
  checkTexts(texts, options);
  using encoder = await openEncoder(options, host);
  const { input, json } = options;
  for await (const group of textGroups(texts, { input, host })) {
    const found = await encoder.classify(group, { signal: host.signal });
    const lines = found.map(({ label, score, scores }, i) =>
      json
        ? JSON.stringify({
          text: group[i],
          label,
          score: rounded(score),
          scores: scores.map(({ label, score }) => ({ label, score: rounded(score) })),
        })
        : `${label}\t${score.toFixed(4)}`
    );
    await host.writeOut(lines.map((line) => line + "\n").join(""));
  }
}

function rounded(score: number): number {
  return Number(score.toPrecision(5));
}
