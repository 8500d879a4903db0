import type { Command } from "commander";
import type { Host } from "../host.ts";
import { standardInput } from "../standard_input.ts";
import { loadTokenizer } from "../tokenizers.ts";

interface EncodeCommandOptions {
  readonly tokenizer?: string;
  readonly json?: boolean;
  readonly specialTokens: boolean;
}

/** Adds `heed tokenize encode`. */
export function addTokenizeEncodeCommand(parent: Command, host: Host): void {
  parent.command("encode")
    .description("Write the token ids of each line of standard input.")
    .option("--tokenizer <path>", "file or model folder; the shipped model's by default")
    .option("--json", "write one JSON object a line: ids, tokens, offsets")
    .option("--no-special-tokens", "leave out tokens such as </s> that the model expects")
    .addHelpText(
      "after",
      `
One line of ids for each line of the input, in the same order. With --json,
offsets are [start, end) in UTF-16 units of the line; a token that was added has
[0, 0].

Examples:
  echo "Open the file." | heed tokenize encode
  heed tokenize encode --tokenizer bert/ --json < lines.txt`,
    )
    .action((options: EncodeCommandOptions) => encode(options, host));
}

async function encode(
  { tokenizer: path, json, specialTokens }: EncodeCommandOptions,
  host: Host,
): Promise<void> {
  const { tokenizer } = await loadTokenizer(path, host);
  for await (const { text } of standardInput(host)) {
    const { ids, tokens, offsets } = tokenizer.encode(text, { addSpecialTokens: specialTokens });
    const line = json ? JSON.stringify({ ids, tokens, offsets }) : ids.join(" ");
    await host.writeOut(line + "\n");
  }
}
