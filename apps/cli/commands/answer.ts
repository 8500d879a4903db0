import type { Command } from "commander";
import { addRuntimeOptions, positiveInteger } from "../options.ts";
import { type EncoderOptions, fileLines, openEncoder } from "../encoder_command.ts";
import type { Host } from "../host.ts";
import { standardInput } from "../standard_input.ts";

interface AnswerOptions extends EncoderOptions {
  readonly question: string;
  readonly context?: string;
  readonly maxTokens: number;
}

/** Adds `heed answer`. */
export function addAnswerCommand(program: Command, host: Host): void {
  const command = program.command("answer")
    .description("Answer a question with a stretch of a text.")
    .requiredOption("--model <dir>", "model directory with a head for question answering")
    .requiredOption("--question <text>", "the question");
  addRuntimeOptions(command)
    .option("--context <file>", "the text, of any length; default standard input")
    .option("--max-tokens <n>", "most tokens of the answer", positiveInteger, 30)
    .option("--json", "write one JSON object: answer, start, end, score")
    .addHelpText(
      "after",
      `
start and end count UTF-16 units of the text.

Examples:
  heed answer --model qa/ --question "Who wrote it?" --context book.txt
  heed answer --model qa/ --question "Who wrote it?" --json < book.txt`,
    )
    .action((options: AnswerOptions) => answer(options, host));
}

async function answer(options: AnswerOptions, host: Host): Promise<void> {
  const { question, context, maxTokens, json } = options;
  let text = "";
  const lines = context === undefined ? standardInput(host) : fileLines(context, host);
  for await (const line of lines) text += line.text + line.ending;
  using encoder = await openEncoder(options, host);
  const { text: answer, start, end, score } = await encoder.answer(question, text, {
    maxTokens,
    signal: host.signal,
  });
  await host.writeOut(
    (json ? JSON.stringify({ answer, start, end, score: Number(score.toPrecision(5)) }) : answer) +
      "\n",
  );
}
