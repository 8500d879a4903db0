import type { Command } from "commander";
import {
  addEncoderOptions,
  checkTexts,
  type EncoderOptions,
  openEncoder,
  textGroups,
} from "../encoder_command.ts";
import type { Host } from "../host.ts";

/** Adds `heed tag`. */
export function addTagCommand(program: Command, host: Host): void {
  const command = program.command("tag")
    .description("Find names, places and whatever else a fine-tuned tagger knows.")
    .argument("[text...]", "texts; default the lines of --input, else of standard input");
  addEncoderOptions(command)
    .option("--json", "write one JSON object a line: text, entities")
    .addHelpText(
      "after",
      `
A line for each entity: type, text, start, end, probability, parted by tabs, and
an empty line after each text. start and end count UTF-16 units of the text.

Examples:
  heed tag --model ner/ "Ada Lovelace lived in London."
  heed tag --model ner/ --json < lines.txt`,
    )
    .action((texts: string[], options: EncoderOptions) => tag(texts, options, host));
}

async function tag(texts: string[], options: EncoderOptions, host: Host): Promise<void> {
  checkTexts(texts, options);
  using encoder = await openEncoder(options, host);
  const { input, json } = options;
  for await (const group of textGroups(texts, { input, host })) {
    const found = await encoder.tag(group, { signal: host.signal });
    for (const [i, entities] of found.entries()) {
      const lines = json ? [JSON.stringify({ text: group[i], entities })] : [
        ...entities.map(({ type, text, start, end, score }) =>
          [type, text, start, end, score.toFixed(4)].join("\t")
        ),
        "",
      ];
      await host.writeOut(lines.join("\n") + "\n");
    }
  }
}
