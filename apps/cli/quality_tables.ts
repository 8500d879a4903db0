import type { ClassificationScore, EntityQuality, EntityScore } from "@heed/metrics";

interface Row extends EntityQuality {
  readonly name: string;
}

/** A table of precision, recall and F1 for each label. */
export function classificationTable({ labels }: Pick<ClassificationScore, "labels">): string {
  return table("label", labels.map(({ label, ...rest }) => ({ name: label, ...rest })));
}

/** The same for each type of entity. */
export function entityTable({ types }: EntityScore): string {
  return table("type", Object.entries(types).map(([name, quality]) => ({ name, ...quality })));
}

function table(heading: string, rows: readonly Row[]): string {
  const width = Math.max(heading.length, ...rows.map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(9))].join(" ") + "\n";
  return line(heading, ["precision", "recall", "F1", "texts"].map((cell) => cell)) +
    rows.map(({ name, precision, recall, f1, support }) =>
      line(name, [...[precision, recall, f1].map((value) => value.toFixed(4)), String(support)])
    ).join("");
}

/** Who was taken for whom, as shares of each right label. */
export async function confusionSvg({ labels, confusion }: ClassificationScore): Promise<string> {
  const { alignmentSvg } = await import("@heed/visualize");
  const names = labels.map(({ label }) => label);
  const shares = confusion.flatMap((row, i) =>
    row.map((count) => labels[i].support === 0 ? 0 : count / labels[i].support)
  );
  return alignmentSvg({
    kind: "cross",
    layer: 0,
    head: "mean",
    queryTokens: names,
    keyTokens: names,
    weights: Float32Array.from(shares),
  }, { title: "Right label (rows), given label (columns)" });
}
