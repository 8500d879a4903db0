import type { Command } from "commander";
import type { VectorIndex } from "@heed/bert";
import {
  addEncoderOptions,
  checkTexts,
  type EncoderOptions,
  fileLines,
  openEncoder,
  textGroups,
} from "../encoder_command.ts";
import { UsageError } from "../failure.ts";
import { fileError } from "../file_error.ts";
import type { Host } from "../host.ts";
import { positiveInteger } from "../options.ts";

interface SearchCommandOptions extends EncoderOptions {
  readonly index: string[];
  readonly texts?: string;
  readonly top: number;
}

/** Adds `heed search`. */
export function addSearchCommand(program: Command, host: Host): void {
  const command = program.command("search")
    .description("Find the texts of an index whose meaning is nearest to a query.")
    .argument("[query...]", "queries; default the lines of --input, else of standard input");
  addEncoderOptions(command)
    .requiredOption(
      "--index <file>",
      "what heed embed wrote: .jsonl with texts, or .npy with --texts; may be given again",
      (path: string, paths: string[] = []) => [...paths, path],
    )
    .option("--texts <file>", "texts of an .npy index, one a line")
    .option("--top <n>", "how many texts", positiveInteger, 5)
    .option("--json", "write one JSON object a line: query, results")
    .addHelpText(
      "after",
      `
The search is exact: the query is compared with every text. The vectors must
come from the same model.

Examples:
  heed embed --model minilm/ --json < lines.txt > index.jsonl
  heed search --model minilm/ --index index.jsonl "Where is my card?"`,
    )
    .action((queries: string[], options: SearchCommandOptions) => search(queries, options, host));
}

async function search(
  queries: string[],
  options: SearchCommandOptions,
  host: Host,
): Promise<void> {
  checkTexts(queries, options);
  const { VectorIndex } = await import("@heed/bert");
  const index = new VectorIndex();
  const texts: string[] = [];
  for (const path of options.index) {
    if (path.endsWith(".npy")) await addTable(path, { index, texts, options, host });
    else await addLines(path, { index, texts, host });
  }
  if (index.count === 0) throw new RangeError("Cannot search: the index has no text");
  await index.pack();
  using encoder = await openEncoder(options, host);
  const { input, json, top } = options;
  for await (const group of textGroups(queries, { input, host })) {
    const vectors = await encoder.embed(group, { signal: host.signal });
    for (const [i, query] of group.entries()) {
      const results = index.search(vectors[i], { top }).map(({ index, score }) => ({
        text: texts[index],
        score: Number(score.toFixed(4)),
        index,
      }));
      const lines = json
        ? [JSON.stringify({ query, results })]
        : results.map(({ text, score }) => `${score.toFixed(4)}\t${text}`);
      await host.writeOut(lines.join("\n") + "\n");
    }
  }
}

interface Collected {
  readonly index: VectorIndex;
  readonly texts: string[];
  readonly host: Host;
}

async function addLines(path: string, { index, texts, host }: Collected): Promise<void> {
  for await (const { text: line, number } of fileLines(path, host)) {
    if (line.trim() === "") continue;
    const { text, embedding } = parseLine(line);
    if (typeof text !== "string" || !isVector(embedding)) {
      throw new SyntaxError(
        `Cannot read ${path}:${number}: it is no JSON object with text and embedding, as heed embed --json writes it`,
      );
    }
    index.add([Float32Array.from(embedding)]);
    texts.push(text);
  }
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 &&
    value.every((number) => typeof number === "number");
}

async function addTable(
  path: string,
  { index, texts, options, host }: Collected & { readonly options: SearchCommandOptions },
): Promise<void> {
  if (options.texts === undefined) {
    throw new UsageError(`Cannot search ${path}: it holds no texts; give them with --texts FILE`);
  }
  const { parseNpy } = await import("@heed/bert");
  const bytes = await Deno.readFile(path).catch((cause) => {
    throw fileError("read", { path, cause });
  });
  const { values, rows, size } = parseNpy(bytes);
  const before = texts.length;
  for await (const { text } of fileLines(options.texts, host)) texts.push(text);
  if (texts.length - before !== rows) {
    throw new RangeError(
      `Cannot search ${path}: it has ${rows} vectors, and ${options.texts} ${
        texts.length - before
      } lines`,
    );
  }
  index.add(Array.from({ length: rows }, (_, i) => values.subarray(i * size, (i + 1) * size)));
}
