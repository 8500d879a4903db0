import type { Command } from "commander";
import type { Host } from "../host.ts";
import { openLanguageModel } from "../language_model.ts";
import { locateModel } from "../models.ts";
import { addRuntimeOptions, positiveInteger, type RuntimeOptions } from "../options.ts";
import { openFile } from "../output.ts";
import { startProgress } from "../progress.ts";

interface PerplexityOptions extends RuntimeOptions {
  readonly model: string;
  readonly yes?: boolean;
  readonly stride?: number;
  readonly json?: boolean;
}

/** Adds `heed perplexity`. */
export function addPerplexityCommand(program: Command, host: Host): void {
  const command = program.command("perplexity")
    .description("Say how well a language model foretells a text.")
    .argument("<file>", "the text, UTF-8")
    .requiredOption("--model <dir>", "model directory of a GPT-2, or name of a published model");
  addRuntimeOptions(command)
    .option(
      "--stride <n>",
      "tokens that each window goes on; default half of the model's positions",
      positiveInteger,
    )
    .option("--json", "write one JSON object: tokens, bytes, loss, perplexity, bitsPerByte")
    .addHelpText(
      "after",
      `
The text is read in windows that overlap, so that each token but the first ones
has at least half of the model's positions before it. The loss is the mean of
the tokens' negative log-probabilities, in nats; bits per byte do not depend on
the tokenizer.

Examples:
  heed perplexity --model runs/plays/model dev.txt`,
    )
    .action((file: string, options: PerplexityOptions) => perplexity(file, options, host));
}

async function perplexity(file: string, options: PerplexityOptions, host: Host): Promise<void> {
  const text = await readText(file);
  const directory = await locateModel(options.model, host, options);
  using language = await openLanguageModel(directory, options, host);
  const { eosTokenId, maxPositionEmbeddings: most } = language.model.config;
  // The end of another text stands before the first token.
  const ids = [eosTokenId, ...language.tokenizer.encode(text).ids];
  const stride = Math.min(options.stride ?? Math.ceil(most / 2), most);
  using progress = await startProgress(host, { total: ids.length - 1, unit: "tokens" });
  let loss = 0, done = 1;
  while (done < ids.length) {
    host.signal.throwIfAborted();
    const end = Math.min(ids.length, done + (done === 1 ? most : stride));
    const begin = Math.max(0, end - most - 1);
    const window = ids.slice(begin, end - 1);
    const logits = await language.read(window);
    for (let i = done; i < end; i++) {
      const row = (i - 1 - begin) * language.vocabSize;
      loss -= logProbability(logits.subarray(row, row + language.vocabSize), ids[i]);
    }
    done = end;
    progress.update(done - 1, `${(loss / (done - 1)).toFixed(3)} nats/token`);
  }
  const tokens = ids.length - 1, bytes = new TextEncoder().encode(text).length;
  const mean = loss / tokens;
  const report = {
    tokens,
    bytes,
    loss: mean,
    perplexity: Math.exp(mean),
    bitsPerByte: loss / bytes / Math.LN2,
  };
  await host.writeOut(
    options.json
      ? JSON.stringify(report) + "\n"
      : `perplexity ${report.perplexity.toFixed(3)} (${mean.toFixed(4)} nats for each of ` +
        `${tokens} tokens), ${report.bitsPerByte.toFixed(4)} bits per byte\n`,
  );
}

async function readText(path: string): Promise<string> {
  const file = await openFile(path, { read: true });
  const text = await new Response(file.readable).text();
  if (text === "") throw new Error(`Cannot read ${path}: it is empty`);
  return text;
}

function logProbability(logits: Float32Array, id: number): number {
  let most = -Infinity;
  for (const value of logits) if (value > most) most = value;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - most);
  return logits[id] - most - Math.log(sum);
}
