import type { AlignmentFigures, ChosenHeads } from "@heed/alignment";

/** What `heed align` found, of one model or of two. */
export interface AlignResult extends ChosenHeads {
  /** Number of sentence pairs. */
  readonly pairs: number;
  /** What was found of the opposite direction. */
  readonly reverse?: ChosenHeads;
  /** Error rate of both directions made one, by method. */
  readonly symmetrized?: Readonly<Record<string, number>>;
}

/** Error rates in per cent of every head, and which heads were chosen. */
export function alignmentTable({ pairs, reverse, symmetrized, ...chosen }: AlignResult): string {
  const lines = [`Alignment error rate in per cent, ${pairs} sentence pairs`, ""];
  lines.push(...describe(chosen));
  if (reverse) lines.push("", "The opposite direction", "", ...describe(reverse));
  if (symmetrized) {
    lines.push("", "Both directions made one");
    for (const [method, rate] of Object.entries(symmetrized)) {
      lines.push(`  ${method.padEnd(14)}${percent(rate)}`);
    }
  }
  return lines.join("\n") + "\n";
}

function describe({ scores, heads, shift, crossValidated, ...figures }: ChosenHeads): string[] {
  const produced = scores.filter((score) => score.shift === 0);
  const rows = produced.map(({ layer, head }) => {
    const cells = [0, 1].map((shift) =>
      scores.find((score) => score.layer === layer && score.head === head && score.shift === shift)
    ).map((score) => score === undefined ? "" : cell(score));
    return `layer ${layer}  ${head === "mean" ? "mean  " : `head ${head}`}${cells.join("")}`;
  });
  const names = heads.map(([layer, head]) => `layer ${layer} head ${head}`).join(", ");
  const step = shift === 0 ? "produces" : "reads";
  return [
    `${" ".repeat(14)}${"step that produces".padStart(20)}${"step that reads".padStart(20)}`,
    `${" ".repeat(14)}${`${"argmax".padStart(10)}${"above".padStart(10)}`.repeat(2)}`,
    ...rows,
    "",
    `Best: ${heads.length > 1 ? `the mean of ${names}` : names}, of the step that ${step} a word`,
    `  argmax        ${percent(figures.argmax.errorRate)}`,
    `  above ${figures.threshold.toFixed(2).padEnd(8)}${percent(figures.above.errorRate)}`,
    ...(Number.isNaN(crossValidated) ? [] : [
      `  held out      ${percent(crossValidated)}   argmax, chosen by four fifths, in turn`,
    ]),
  ];
}

function cell({ argmax, above }: AlignmentFigures): string {
  return [argmax, above].map(({ errorRate }) => percent(errorRate).padStart(10)).join("");
}

function percent(rate: number): string {
  return (100 * rate).toFixed(1).padStart(5);
}
