import type { Command } from "commander";
import type { Host } from "../host.ts";
import { standardInput } from "../standard_input.ts";
import { loadTokenizer } from "../tokenizers.ts";

interface DecodeCommandOptions {
  readonly tokenizer?: string;
  readonly json?: boolean;
  readonly keepSpecialTokens?: boolean;
}

/** Adds `heed tokenize decode`. */
export function addTokenizeDecodeCommand(parent: Command, host: Host): void {
  parent.command("decode")
    .description("Write the text of each line of token ids of standard input.")
    .option("--tokenizer <path>", "file or model folder; the shipped model's by default")
    .option("--json", "write one JSON object a line: text")
    .option("--keep-special-tokens", "write out tokens such as </s>")
    .addHelpText(
      "after",
      `
A line is ids with spaces or commas between them, a JSON list of ids, or an
object that has ids, as "encode --json" writes it. A text that holds line breaks
takes several lines, unless --json is given.

Examples:
  echo "71 225 3 0" | heed tokenize decode
  heed tokenize encode --json < lines.txt | heed tokenize decode --json`,
    )
    .action((options: DecodeCommandOptions) => decode(options, host));
}

async function decode(
  { tokenizer: path, json, keepSpecialTokens = false }: DecodeCommandOptions,
  host: Host,
): Promise<void> {
  const { tokenizer } = await loadTokenizer(path, host);
  for await (const { number, text: line } of standardInput(host)) {
    let text: string;
    try {
      text = tokenizer.decode(parseIds(line), { skipSpecialTokens: !keepSpecialTokens });
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
      throw new Error(`line ${number}: ${error.message}`, { cause: error });
    }
    await host.writeOut((json ? JSON.stringify({ text }) : text) + "\n");
  }
}

/** Reads `1 2 3`, `1, 2, 3`, `[1,2,3]` or `{"ids":[1,2,3]}`. */
function parseIds(line: string): number[] {
  const json = /^\s*[[{]/.test(line) ? parseJson(line) : undefined;
  const ids: unknown = Array.isArray(json) ? json : json?.ids;
  if (json !== undefined && !Array.isArray(ids)) {
    throw new SyntaxError('Cannot read ids: the JSON has no list "ids"');
  }
  const items: unknown[] = Array.isArray(ids)
    ? ids
    : line.split(/[\s,]+/).filter((item) => item !== "");
  return items.map((item) => {
    const id = typeof item === "string" && /^\d+$/.test(item) ? Number(item) : item;
    if (Number.isSafeInteger(id) && (id as number) >= 0) return id as number;
    throw new SyntaxError(`Cannot read ids: ${JSON.stringify(item)} is none`);
  });
}

function parseJson(line: string): { ids?: unknown } {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ids: ${(cause as Error).message}`, { cause });
  }
}
