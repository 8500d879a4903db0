import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { StreamTextOptions } from "@heed/gpt";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { locateModel } from "../models.ts";
import { openLanguageModel } from "../language_model.ts";
import {
  addRuntimeOptions,
  finiteNumber,
  positiveInteger,
  type RuntimeOptions,
} from "../options.ts";

interface GenerateOptions extends RuntimeOptions {
  readonly model: string;
  readonly yes?: boolean;
  readonly maxNewTokens: number;
  readonly numBeams: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly typicalP?: number;
  readonly repetitionPenalty?: number;
  readonly presencePenalty?: number;
  readonly noRepeatNgramSize?: number;
  readonly badWord?: readonly string[];
  readonly sliding?: boolean;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly json?: boolean;
}

/** Adds `heed generate`. */
export function addGenerateCommand(program: Command, host: Host): void {
  const command = program.command("generate")
    .description("Continue a text with a language model.")
    .argument("[prompt...]", "texts to continue; without any a text from its beginning")
    .requiredOption("--model <dir>", "model directory of a GPT-2, or name of a published model");
  addRuntimeOptions(command)
    .option("--max-new-tokens <n>", "most tokens that are written", positiveInteger, 100)
    .option(
      "--num-beams <n>",
      "number of beams, 1 for the likeliest token each time",
      positiveInteger,
      1,
    )
    .option(
      "--temperature <x>",
      "draw tokens; below 1 likelier ones, above 1 rarer ones",
      finiteNumber,
    )
    .option("--top-k <n>", "draw from so many of the likeliest tokens", positiveInteger)
    .option(
      "--top-p <x>",
      "draw from the likeliest tokens of this probability together",
      finiteNumber,
    )
    .option(
      "--min-p <x>",
      "draw from tokens of at least this share of the best one's",
      finiteNumber,
    )
    .option(
      "--typical-p <x>",
      "draw from the most typical tokens of this probability",
      finiteNumber,
    )
    .option("--repetition-penalty <x>", "above 1 avoids tokens that were there", finiteNumber)
    .option("--presence-penalty <x>", "above 0 avoids tokens that were written", finiteNumber)
    .option("--no-repeat-ngram-size <n>", "no sequence of so many tokens twice", positiveInteger)
    .option("--seed <n>", "what is drawn; the same seed gives the same text", wholeNumber)
    .option("--stop <text>", "end before this text; again for more", collected)
    .option("--bad-word <text>", "never write this word; again for more", collected)
    .option("--sliding", "forget the beginning where the model's positions are full, and go on")
    .option("--json", "write one JSON object a line: prompt, text")
    .addHelpText(
      "after",
      `
The text is written as it comes. Tokens are drawn where an option of drawing or
a seed is given; without one the likeliest is taken each time.

Examples:
  heed generate --model runs/plays/model "ROMEO:"
  heed generate --model gpt2/ --temperature 0.8 --top-p 0.95 --seed 1 "Once upon"`,
    )
    .action((prompts: string[], options: GenerateOptions) => generate(prompts, options, host));
}

function collected(text: string, all: readonly string[] = []): readonly string[] {
  return [...all, text];
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number < 2 ** 32) return number;
  throw new InvalidArgumentError("Give a whole number from 0 to 4294967295.");
}

async function generate(prompts: string[], options: GenerateOptions, host: Host): Promise<void> {
  const search = searchOptions(options);
  const model = await locateModel(options.model, host, options);
  using language = await openLanguageModel(model, options, host);
  const { streamText } = await import("@heed/gpt");
  const { tokenizer } = language;
  for (const prompt of prompts.length > 0 ? prompts : [""]) {
    const pieces = streamText(language.model, prompt, {
      ...search,
      tokenizer,
      signal: host.signal,
    });
    let text = "";
    if (!options.json) await host.writeOut(prompt);
    for await (const piece of pieces) {
      text += piece;
      if (!options.json) await host.writeOut(piece);
    }
    await host.writeOut(options.json ? JSON.stringify({ prompt, text }) + "\n" : "\n");
  }
}

/** The options of the search; drawing begins with any option that is about it. */
function searchOptions(options: GenerateOptions): StreamTextOptions {
  const { temperature, topK, topP, minP, typicalP, seed, numBeams, stop, maxNewTokens } = options;
  const { repetitionPenalty, presencePenalty, noRepeatNgramSize } = options;
  const drawing = { temperature, topK, topP, minP, typicalP, seed };
  const doSample = Object.values(drawing).some((value) => value !== undefined);
  if (doSample && numBeams > 1) {
    throw new UsageError("Cannot draw tokens with several beams: leave out --num-beams");
  }
  return {
    maxNewTokens,
    stop,
    repetitionPenalty,
    presencePenalty,
    noRepeatNgramSize,
    badWords: options.badWord,
    sliding: options.sliding,
    ...(doSample ? { doSample, ...drawing } : { numBeams }),
  };
}
