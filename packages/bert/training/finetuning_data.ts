import type { TextData } from "@heed/training";
import { type AnyTask, readRecords } from "./tasks.ts";

/** Where warnings go. */
export type Warn = { onWarning: ((text: string) => void) | undefined };

/** Goes through the training data once: labels, how often each occurs, and how many examples there are. */
export async function readLabels(task: AnyTask, data: TextData<object>, { onWarning }: Warn) {
  const { records, skipped } = await readRecords(data);
  if (records.length === 0) {
    const why = skipped[0] ? ` (${skipped[0].file}:${skipped[0].line} ${skipped[0].problem})` : "";
    throw new RangeError(`Cannot fine-tune: none of the ${data.lines} lines is usable${why}`);
  }
  for (const record of records) {
    const problem = task.problemOf?.(record);
    if (problem === undefined) continue;
    const { file, line } = record as { file?: string; line?: number };
    throw new RangeError(`Cannot fine-tune: ${file}:${line} ${problem}`);
  }
  const occurrences = new Map<string, number>();
  for (const label of records.flatMap((record) => task.labelsOf?.(record) ?? [])) {
    occurrences.set(label, (occurrences.get(label) ?? 0) + 1);
  }
  // "O" first, as is usual; the others as texts sort, so that the order of lines does not matter.
  const rank = (label: string) => label === "O" ? "" : label;
  const labels = [...occurrences.keys()].sort((a, b) => rank(a) < rank(b) ? -1 : 1);
  if (task.labelsOf && labels.length < 2) {
    throw new RangeError(
      `Cannot fine-tune: all examples have the label ${JSON.stringify(labels[0])}; ` +
        "there must be two at least, or the label stands in another column",
    );
  }
  if (skipped.length > 0) {
    const [{ file, line, problem }] = skipped;
    onWarning?.(
      `${skipped.length} of ${skipped.length + records.length} records are left out, the first: ` +
        `${file}:${line} ${problem}`,
    );
  }
  return {
    data,
    labels,
    numbers: new Map(labels.map((label, i) => [label, i])),
    counts: labels.map((label) => occurrences.get(label)!),
    count: records.length,
  };
}

/** Reads what a model is measured on; says which labels it cannot know. */
export async function readTest(
  task: AnyTask,
  files: readonly string[],
  { labels, onWarning }: { labels: readonly string[] } & Warn,
): Promise<object[]> {
  const { records, skipped } = await readRecords(await task.index(files));
  if (records.length === 0) {
    throw new RangeError(`Cannot measure on ${files.join(", ")}: no line is usable`);
  }
  const unknown = new Set(
    records.flatMap((record) => task.labelsOf?.(record) ?? [])
      .filter((label) => !labels.includes(label)),
  );
  const more = skipped.length > 0 ? `${skipped.length} records are left out` : "";
  const never = unknown.size > 0
    ? `labels that the training data do not have count as wrong: ${[...unknown].join(", ")}`
    : "";
  if (more || never) {
    onWarning?.(`${files.join(", ")}: ${[more, never].filter(Boolean).join("; ")}`);
  }
  return records;
}
