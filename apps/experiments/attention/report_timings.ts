import { type Architecture, architectures, names } from "./config.ts";
import { markdownTable, paragraph, whole } from "./markdown.ts";
import { machineSentence } from "./report.ts";
import type { Timing, Timings } from "./results.ts";

const TITLE = "## Time and length";

/** Why recurrent models are slow to train: time against length. */
export function timingSection(measured?: Timings): string[] {
  if (measured === undefined) {
    return [
      TITLE,
      paragraph(
        `Not measured yet. On an idle machine the command with \`--timings\` measures training
        steps and translation against length, and writes this section.`,
      ),
    ];
  }
  const { command, machine, rounds, timings } = measured;
  const batches = [...new Set(timings.map(({ batch }) => batch))];
  return [
    TITLE,
    `    ${command}`,
    paragraph(
      `${machineSentence(machine)} Fresh weights, rows without padding, one thread; the least of
      ${
        whole(rounds)
      } rounds. Source and target have the same number of tokens; translation is greedy,
      and the time of the encoder is part of it.`,
    ),
    ...batches.flatMap((batch) => batchSection(timings.filter((one) => one.batch === batch))),
    paragraph(
      `A recurrent model computes one state after the other, because each needs the one before.
      With one sentence all its products are of a vector and a matrix, however long the sentence is. The
      Transformer trains on all positions at once: its products are of two matrices, which take less time
      for each number that they make. Many sentences at once make matrices for the recurrent models too, one
      for each position. To translate is different: there the next word waits for the one before in all
      three.`,
    ),
  ];
}

function batchSection(timings: readonly Timing[]): string[] {
  const { batch } = timings[0];
  const lengths = [...new Set(timings.map(({ length }) => length))];
  const at = (name: Architecture, length: number) =>
    timings.find((one) => one.architecture === name && one.length === length)!;
  const [shortest, longest] = [lengths[0], lengths.at(-1)!];
  const growth = architectures.map((name) => {
    const ratio = at(name, longest).stepMs / at(name, shortest).stepMs;
    return `${names[name]} ${ratio.toFixed(1)} times`;
  });
  return [
    `### ${batch === 1 ? "One sentence" : `${whole(batch)} sentences at once`}`,
    `![A training step](./results/step-time-batch-${batch}.svg)`,
    `![Translating](./results/decode-time-batch-${batch}.svg)`,
    table("A training step, ms, by tokens", lengths, (name, length) => at(name, length).stepMs),
    table(
      "Translating, ms for each token of a sentence, by tokens",
      lengths,
      (name, length) => at(name, length).decodeMsPerToken,
    ),
    paragraph(
      `From ${whole(shortest)} to ${whole(longest)} tokens, ${
        (longest / shortest).toFixed(0)
      } times as many, a training step takes longer: ${growth.join(", ")}.`,
    ),
  ];
}

function table(
  title: string,
  lengths: readonly number[],
  value: (name: Architecture, length: number) => number,
): string {
  return markdownTable(
    [title, ...lengths.map(whole)],
    architectures.map((name) => [
      names[name],
      ...lengths.map((length) => value(name, length).toPrecision(3)),
    ]),
  );
}
