import type { ClassificationKind } from "@heed/model";
import { classificationScore, multiLabelScore, regressionScore } from "@heed/metrics";
import { indexRows, type Metric, type Unusable } from "@heed/training";
import {
  cutter,
  type EncoderExample,
  type FinetuningReport,
  type FinetuningTask,
  largest,
  logitsOf,
  type TaskParts,
  unknownLabel,
} from "./tasks.ts";

/** What stands between the labels of a text that has several. */
const SEPARATOR = "|";

/** A text with its label, and perhaps a second text. */
interface LabelledText {
  readonly text: string;
  readonly pair?: string;
  readonly label: string;
}

/** What differs between one label, several, and a number. */
interface Kind {
  readonly metric: Metric;
  readonly labelsOf?: (cell: string) => string[];
  readonly fixedLabels?: readonly string[];
  /** What is to be learnt of a cell. */
  readonly target: (
    cell: string,
    labels: ReadonlyMap<string, number>,
  ) => EncoderExample["labels"] | Unusable;
  readonly report: (
    logits: readonly Float32Array[],
    data: { cells: readonly string[]; labels: readonly string[] },
  ) => FinetuningReport;
}

const several = (cell: string): string[] =>
  cell.split(SEPARATOR).map((label) => label.trim()).filter((label) => label !== "");

const KINDS: Readonly<Record<ClassificationKind, Kind>> = {
  single: {
    metric: { name: "accuracy", higherIsBetter: true },
    labelsOf: (cell) => [cell],
    target: (cell, labels) => labels.get(cell) ?? { problem: unknownLabel(cell) },
    report(logits, { cells, labels }) {
      const score = classificationScore(logits.map((values) => labels[largest(values)]), cells);
      const { accuracy, macroF1, matthews } = score;
      return { figures: { accuracy, macroF1, matthews }, classification: score };
    },
  },
  "multi-label": {
    metric: { name: "microF1", higherIsBetter: true },
    labelsOf: several,
    target(cell, labels) {
      const own = several(cell), unknown = own.find((label) => !labels.has(label));
      if (unknown !== undefined) return { problem: unknownLabel(unknown) };
      return [...labels.keys()].map((label) => Number(own.includes(label)));
    },
    report(logits, { cells, labels }) {
      // More likely than not: the logit is positive.
      const found = logits.map((values) => labels.filter((_, i) => values[i] > 0));
      const { microF1, macroF1, exact, labels: each } = multiLabelScore(found, cells.map(several));
      return { figures: { microF1, macroF1, exact }, labels: each };
    },
  },
  regression: {
    metric: { name: "meanSquaredError", higherIsBetter: false },
    fixedLabels: ["score"],
    target(cell) {
      const problem = noNumber(cell);
      return problem === undefined ? [Number(cell)] : { problem };
    },
    report(logits, { cells }) {
      const { meanSquaredError, pearson, spearman } = regressionScore(
        logits.map(([value]) => value),
        cells.map(Number),
      );
      return { figures: { meanSquaredError, pearson, spearman } };
    },
  },
};

function noNumber(cell: string): string | undefined {
  return Number.isFinite(Number(cell))
    ? undefined
    : `the label ${JSON.stringify(cell)} is no number`;
}

/** Texts get one label each, any number of labels (`a|b`), or a number. */
export function classificationTask(
  { tokenizer, maxTokens, columns, classification = "single" }: TaskParts,
): FinetuningTask<LabelledText> {
  const { text = "text", label = "label", pair } = columns;
  if (!Object.hasOwn(KINDS, classification)) {
    throw new RangeError(
      `Cannot classify as "${classification}": it is not one of ${Object.keys(KINDS).join(", ")}`,
    );
  }
  const { metric, labelsOf, fixedLabels, target, report } = KINDS[classification];
  const cut = cutter(tokenizer, maxTokens);
  const read = ({ text, pair }: LabelledText) => cut(pair === undefined ? text : [text, pair]);
  return {
    head: "sequence-classification",
    classification,
    fixedLabels,
    metric,
    index: async (files) => {
      const what = "texts with labels";
      return pair === undefined
        ? await indexRows(files, { columns: { text, label }, what })
        : await indexRows(files, { columns: { text, pair, label }, what });
    },
    problemOf: classification === "regression" ? ({ label }) => noNumber(label) : undefined,
    labelsOf: labelsOf && (({ label }) => labelsOf(label)),
    encode(record, labels) {
      const wanted = target(record.label, labels);
      if (typeof wanted === "object" && "problem" in wanted) return wanted;
      const [{ ids: inputIds, typeIds: tokenTypeIds }] = read(record);
      return { inputIds, tokenTypeIds, labels: wanted };
    },
    async measure(model, records, { signal }) {
      const logits = await logitsOf(model, records.map((record) => read(record)[0]), { signal });
      const { labels } = model.config;
      return report(logits, { cells: records.map(({ label }) => label), labels });
    },
  };
}
