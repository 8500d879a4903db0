import type { Command } from "commander";
import {
  addEncoderOptions,
  checkTexts,
  type EncoderOptions,
  openEncoder,
  textGroups,
} from "../encoder_command.ts";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";

/** Adds `heed similarity`. */
export function addSimilarityCommand(program: Command, host: Host): void {
  const command = program.command("similarity")
    .description("Say how near the meanings of two texts are: the cosine of their vectors.")
    .argument(
      "[text...]",
      "two texts; default lines of --input or standard input: text, tab, text",
    );
  addEncoderOptions(command)
    .option("--json", "write one JSON object a line: texts, similarity")
    .addHelpText(
      "after",
      `
1 is the same, 0 is nothing in common.

Examples:
  heed similarity --model minilm/ "Where is my card?" "My card has not come."
  heed similarity --model minilm/ --json < pairs.tsv`,
    )
    .action((texts: string[], options: EncoderOptions) => similarity(texts, options, host));
}

async function similarity(texts: string[], options: EncoderOptions, host: Host): Promise<void> {
  checkTexts(texts, options);
  if (texts.length > 0 && texts.length !== 2) {
    throw new UsageError(`Cannot compare ${texts.length} texts: give two`);
  }
  using encoder = await openEncoder(options, host);
  const { input, json } = options;
  let number = 0;
  for await (const lines of textGroups([texts.join("\t")].filter(Boolean), { input, host })) {
    const pairs = lines.map((line) => {
      number++;
      const cells = texts.length > 0 ? texts : line.split("\t");
      if (cells.length >= 2) return cells.slice(0, 2);
      throw new RangeError(`Cannot compare line ${number}: it needs a text, a tab, a text`);
    });
    const vectors = await encoder.embed(pairs.flat(), { normalize: true, signal: host.signal });
    for (const [i, pair] of pairs.entries()) {
      const [first, second] = vectors.slice(2 * i, 2 * i + 2);
      const cosine = first.reduce((sum, value, at) => sum + value * second[at], 0);
      const shown = cosine.toFixed(4);
      const line = json ? JSON.stringify({ texts: pair, similarity: Number(shown) }) : shown;
      await host.writeOut(line + "\n");
    }
  }
}
