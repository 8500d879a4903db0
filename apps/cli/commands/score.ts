import type { Command } from "commander";
import type { Host } from "../host.ts";
import { inputLines } from "../lines.ts";
import { openFile } from "../output.ts";
import { startWarnings } from "../warnings.ts";
import { type Scores, scoreTable, scoreTexts } from "../scores.ts";

interface ScoreCommandOptions {
  readonly hypothesis: string;
  readonly reference: string;
  readonly json?: boolean;
}

/** Adds `heed score`. */
export function addScoreCommand(program: Command, host: Host): void {
  program.command("score")
    .description("Compare a file of translations with a reference: BLEU and chrF.")
    .requiredOption("--hypothesis <file>", "translations, one a line")
    .requiredOption("--reference <file>", "reference translations, one a line")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
BLEU (13a) and chrF2 are those of sacrebleu 2.6, and so are the signatures.

Examples:
  heed score --hypothesis output.txt --reference reference.txt
  heed score --hypothesis output.txt --reference reference.txt --json`,
    )
    .action((options: ScoreCommandOptions) => score(options, host));
}

async function score(options: ScoreCommandOptions, host: Host): Promise<void> {
  const { hypothesis, reference, json } = options;
  const hypotheses = await readTexts(hypothesis, host);
  const references = await readTexts(reference, host);
  if (hypotheses.length !== references.length) {
    throw new RangeError(
      `Cannot compare ${hypothesis} with ${reference}: ` +
        `they have ${hypotheses.length} and ${references.length} lines`,
    );
  }
  if (hypotheses.length === 0) throw new RangeError(`Cannot score ${hypothesis}: it has no line`);
  const scores: Scores = await scoreTexts(hypotheses, references);
  await host.writeOut(
    json ? JSON.stringify({ sentences: hypotheses.length, ...scores }) + "\n" : scoreTable(scores),
  );
}

async function readTexts(path: string, host: Host): Promise<string[]> {
  const { signal } = host;
  const texts: string[] = [];
  const file = await openFile(path, { read: true });
  using warnings = startWarnings(host);
  for await (const line of inputLines(file.readable, { signal })) {
    if (!line.isValid) {
      warnings.add(`${path}:${line.number} is not UTF-8: replaced what cannot be read`);
    }
    texts.push(line.text);
  }
  return texts;
}
