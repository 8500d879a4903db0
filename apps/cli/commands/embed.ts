import { type Command, Option } from "commander";
import {
  addEncoderOptions,
  checkTexts,
  type EncoderOptions,
  exactNumber,
  openEncoder,
  textGroups,
} from "../encoder_command.ts";
import type { Host } from "../host.ts";
import { checkOutput, openOutput } from "../output.ts";

interface EmbedCommandOptions extends EncoderOptions {
  readonly output?: string;
  readonly pooling?: "mean" | "cls" | "max" | "pooler";
  readonly normalize?: boolean;
  readonly long: "cut" | "stride";
}

/** Adds `heed embed`. */
export function addEmbedCommand(program: Command, host: Host): void {
  const command = program.command("embed")
    .description("Turn texts into vectors whose cosine says how near their meanings are.")
    .argument("[text...]", "texts; default the lines of --input, else of standard input");
  addEncoderOptions(command)
    .addOption(
      new Option("--pooling <name>", "how tokens become one vector (default: as the model says)")
        .choices(["mean", "cls", "max", "pooler"]),
    )
    .option("--normalize", "scale vectors to length 1 (default: as the model says)")
    .option("--no-normalize", "leave them as they are")
    .addOption(
      new Option("--long <how>", "texts over the limit: cut them, or average overlapping parts")
        .choices(["cut", "stride"]).default("cut"),
    )
    .option("--output <file>", "write to a file; one that ends in .npy is NumPy's table of float32")
    .option("--json", "write one JSON object a line: text, embedding")
    .addHelpText(
      "after",
      `
A folder of sentence-transformers is read as it is: pooling, scaling, the limit
of tokens and a default prompt. Of any other BERT-like model the mean over the
tokens is taken. One line for each text, in the order of the input.

Examples:
  heed embed --model minilm/ "Open the file."
  heed embed --model minilm/ --json < lines.txt > index.jsonl
  heed embed --model minilm/ --input lines.txt --output vectors.npy`,
    )
    .action((texts: string[], options: EmbedCommandOptions) => embed(texts, options, host));
}

async function embed(
  texts: string[],
  options: EmbedCommandOptions,
  host: Host,
): Promise<void> {
  checkTexts(texts, options);
  const { input, output: path, pooling, normalize, long, json } = options;
  const target = {
    path,
    paths: input === undefined ? [] : [input],
    standardInput: texts.length === 0 && input === undefined,
  };
  await checkOutput(host, target);
  using encoder = await openEncoder(options, host);
  await using output = await openOutput(host, target);
  const table: Float32Array[] = [];
  const isTable = path?.endsWith(".npy") ?? false;
  for await (const group of textGroups(texts, { input, host })) {
    const vectors = await encoder.embed(group, {
      pooling,
      normalize,
      long,
      signal: host.signal,
    });
    if (isTable) table.push(...vectors);
    else {
      const lines = vectors.map((vector, i) => {
        const embedding = Array.from(vector, exactNumber);
        return json ? JSON.stringify({ text: group[i], embedding }) : embedding.join(" ");
      });
      await output.write(lines.map((line) => line + "\n").join(""));
    }
  }
  if (isTable) {
    const { serializeNpy } = await import("@heed/bert");
    await output.write(serializeNpy(table));
  }
  await output.finish();
}
