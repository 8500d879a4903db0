import type { Command } from "commander";
import type { Translator } from "@heed/translation";
import type { AlignmentSample, ChosenHeads } from "@heed/alignment";
import { alignmentTable } from "../alignment_table.ts";
import { UsageError } from "../failure.ts";
import { type GoldAlignment, readGoldAlignments, textOfWords } from "../gold_alignments.ts";
import type { ModelDirectory } from "@heed/model";
import type { Host } from "../host.ts";
import { chooseModel } from "../models.ts";
import {
  addRuntimeOptions,
  addTargetOption,
  positiveInteger,
  runtimeFrom,
  type RuntimeOptions,
} from "../options.ts";
import { fileError } from "../output.ts";

interface AlignCommandOptions extends RuntimeOptions {
  readonly gold: string;
  readonly model?: string;
  readonly reverse?: string;
  readonly to?: string;
  readonly maxHeads: number;
  readonly write?: boolean;
  readonly json?: boolean;
}

/** Adds `heed align`. */
export function addAlignCommand(program: Command, host: Host): void {
  const command = program.command("align")
    .description("Find the attention heads that align words best, by a file of alignments.")
    .requiredOption("--gold <file>", "lines of source, tab, target, tab, links such as 0-0 1?2")
    .option("--model <dir>", "model directory in MarianMT layout; the shipped model by default")
    .option("--reverse <dir>", "a model of the opposite direction, to align with both")
    .option("--max-heads <n>", "most heads whose mean is taken", positiveInteger, 4)
    .option("--write", "store the heads in the model's generation_config.json");
  addRuntimeOptions(addTargetOption(command))
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
Words have spaces between them and are counted from 0; 1-2 is a sure link, 1?2 a
possible one. The target is decoded as it is given. Of every head this measures
the alignment error rate, for the step that produces a word and for the step
that reads it; "argmax" links each target word with its strongest source word,
"above" takes every link of some weight, the best of a few. What is chosen is
the head with the lowest rate by argmax, and others whose mean with it is lower.

Once stored, "alignment_heads" and "alignment_shift" are what translate
--attention and attention show; training goes on without touching them.

Examples:
  heed align --gold gold.tsv
  heed align --model my-model --gold gold.tsv --write
  heed align --model en-de --reverse de-en --gold gold.tsv --json`,
    )
    .action((options: AlignCommandOptions) => align(options, host));
}

async function align(options: AlignCommandOptions, host: Host): Promise<void> {
  const { gold, reverse, write, json } = options;
  checkOptions(options);
  const { assertAttends } = await import("@heed/translation");
  const model = await chooseModel(options, host);
  await assertAttends(model);
  const reversed = reverse === undefined
    ? undefined
    : await chooseModel({ model: reverse, yes: options.yes }, host);
  if (reversed !== undefined) await assertAttends(reversed);
  if (write) await checkWritable(model);
  const pairs = await readGoldAlignments(gold, host);
  const direction = await alignWith(model, pairs, { options, host, to: options.to });
  const backward = reversed === undefined
    ? undefined
    : await alignWith(reversed, pairs.map(turn), { options, host });
  if (write) await writeHeads(options.model!, direction.chosen);
  const result = {
    pairs: pairs.length,
    ...direction.chosen,
    ...(backward && {
      reverse: backward.chosen,
      symmetrized: await symmetrize(direction, backward, pairs),
    }),
  };
  await host.writeOut(json ? JSON.stringify(result) + "\n" : alignmentTable(result));
}

function checkOptions({ model, write }: AlignCommandOptions): void {
  if (!write) return;
  if (model === undefined) {
    throw new UsageError(
      "Cannot write into the shipped model: name a model directory with --model",
    );
  }
  if (/^https?:/.test(model)) {
    throw new UsageError(`Cannot write into ${model}: name a model directory on this machine`);
  }
}

/** One direction: what was measured, and what was chosen by it. */
interface Direction {
  readonly samples: readonly AlignmentSample[];
  readonly chosen: ChosenHeads;
}

async function alignWith(
  model: Parameters<typeof Translator.load>[0],
  pairs: readonly GoldAlignment[],
  { options, host, to }: { options: AlignCommandOptions; host: Host; to?: string },
): Promise<Direction> {
  const { chooseAlignmentHeads } = await import("@heed/alignment");
  using translator = await host.loadTranslator(model, runtimeFrom(options, host));
  const samples: AlignmentSample[] = [];
  for (const { source, target, links } of pairs) {
    host.signal.throwIfAborted();
    const { sourceTokens, targetTokens, cross } = await translator.attention(textOfWords(source), {
      target: textOfWords(target),
      to,
    });
    samples.push({
      cross,
      sourceTokens,
      targetTokens,
      sourceWords: source,
      targetWords: target,
      reference: links,
    });
  }
  return { samples, chosen: chooseAlignmentHeads(samples, { maxHeads: options.maxHeads }) };
}

/** A pair for a model of the opposite direction. */
function turn({ source, target, links }: GoldAlignment): GoldAlignment {
  return {
    source: target,
    target: source,
    links: links.map((link) => ({ ...link, source: link.target, target: link.source })),
  };
}

/** Error rates of the alignments of both directions, made one. */
async function symmetrize(
  forward: Direction,
  backward: Direction,
  pairs: readonly GoldAlignment[],
): Promise<Record<string, number>> {
  const { alignWords, symmetrizeAlignments } = await import("@heed/alignment");
  const { alignmentErrorRate } = await import("@heed/metrics");
  const alignments = pairs.map((_, i) => ({
    there: alignWords(forward.samples[i], forward.chosen),
    back: alignWords(backward.samples[i], backward.chosen)
      .map(({ source, target }) => ({ source: target, target: source })),
  }));
  const references = pairs.map(({ links }) => links);
  return Object.fromEntries((["intersection", "union", "grow-diag"] as const).map((method) => [
    method,
    alignmentErrorRate(
      alignments.map(({ there, back }) => symmetrizeAlignments(there, back, method)),
      references,
    ).errorRate,
  ]));
}

async function checkWritable(model: ModelDirectory): Promise<void> {
  if (!(await model.family()).hasOneHead) return;
  throw new UsageError(
    `Cannot write alignment heads into ${model.name}: a recurrent model has one, which is always shown`,
  );
}

/** Stores what was chosen beside whatever else the file says. */
async function writeHeads(model: string, { heads, shift }: ChosenHeads): Promise<void> {
  const { updateJson } = await import("@heed/model");
  const name = "generation_config.json";
  try {
    await updateJson(model, name, {
      alignment_heads: heads,
      alignment_shift: shift > 0 ? shift : undefined,
    });
  } catch (cause) {
    throw fileError("write", { path: `${model}/${name}`, cause });
  }
}
