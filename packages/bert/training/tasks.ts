import type { ClassificationKind, EncoderHeadName, EncoderModel } from "@heed/model";
import type { ClassificationScore, EntityScore, LabelQuality } from "@heed/metrics";
import type { PipelineTokenizer } from "@heed/tokenizer";
import { type Metric, openBlocks, type TextData, type Unusable } from "@heed/training";

/** A text as the model reads it, with what is to be learnt of it. */
export interface EncoderExample {
  /** Ids with the special tokens. */
  readonly inputIds: number[];
  /** Type of each token. */
  readonly tokenTypeIds: number[];
  /** As in `EncoderBatch`. */
  readonly labels: number | readonly number[];
}

/** Where the parts of an example stand in the data: a column from 0 or its name. */
export interface TaskColumns {
  /** The text; of question answering, the text that holds the answer. Default `text`, `context`. */
  readonly text?: string | number;
  /** A second text that belongs to it, of classification; default none. */
  readonly pair?: string | number;
  /** The label, or the tag of a word (a number); of question answering, the answer. Default `label`, `answer`. */
  readonly label?: string | number;
  /** The question; default `question`. */
  readonly question?: string | number;
}

/** What fine-tuned models do. */
export type FinetuningTaskName = "classification" | "tagging" | "qa";

/** What a model says of test data, beside the figures. */
export interface FinetuningReport {
  /** Figures by name, as the log has them. */
  readonly figures: Readonly<Record<string, number>>;
  /** Of classification: the table for each label, and who was taken for whom. */
  readonly classification?: ClassificationScore;
  /** Of texts with any number of labels: the figures for each. */
  readonly labels?: readonly LabelQuality[];
  /** Of tagging: the figures for each type. */
  readonly entities?: EntityScore;
}

/** One of the tasks: how its data are read, encoded and measured. */
export interface FinetuningTask<T extends object> {
  /** The head that it needs. */
  readonly head: EncoderHeadName;
  /** What the logits of a classifier mean; default one of its labels. */
  readonly classification?: ClassificationKind;
  /** Labels that do not come from the data. */
  readonly fixedLabels?: readonly string[];
  /** What the best checkpoint is chosen by. */
  readonly metric: Metric;
  /** Opens files. */
  index(files: readonly string[]): Promise<TextData<T>>;
  /** Why nothing can be learnt of a record, whatever the others are. */
  problemOf?(record: T): string | undefined;
  /** What may be said of a record; undefined for tasks without labels. */
  labelsOf?(record: T): readonly string[];
  /** Makes an example of a record, or says why it cannot. */
  encode(record: T, labels: ReadonlyMap<string, number>): EncoderExample | Unusable;
  /** Measures a model on records, which may have labels that it does not know. */
  measure(
    model: EncoderModel,
    records: readonly T[],
    options: { signal?: AbortSignal },
  ): Promise<FinetuningReport>;
}

// deno-lint-ignore no-explicit-any
export type AnyTask = FinetuningTask<any>;

/** What tasks are made with. */
export interface TaskParts {
  /** The model's tokenizer; it cuts and pads nothing by itself. */
  readonly tokenizer: PipelineTokenizer;
  /** Tokens that a text may have; what is longer is cut. */
  readonly maxTokens: number;
  /** Where things stand. */
  readonly columns: TaskColumns;
  /** What the labels of a classifier are; default one for each text. */
  readonly classification?: ClassificationKind | undefined;
}

/** Reads all records of some data. */
export async function readRecords<T extends object>(
  data: TextData<T>,
): Promise<{ records: T[]; skipped: { file: string; line: number; problem: string }[] }> {
  const reader = openBlocks(data);
  const records: T[] = [], skipped: { file: string; line: number; problem: string }[] = [];
  try {
    for (const block of data.blocks.keys()) {
      for (const record of await reader.read(block)) {
        const { file, line, problem } = record;
        if (problem === undefined) records.push(record as unknown as T);
        else skipped.push({ file, line, problem });
      }
    }
  } finally {
    await reader.close();
  }
  return { records, skipped };
}

/** Cuts texts into tokens, and these into parts that the model can read; of single texts the first part counts. */
export function cutter(tokenizer: PipelineTokenizer, maxTokens: number, stride = 0) {
  return (text: string | readonly [string, string]) => {
    tokenizer.padding = undefined;
    tokenizer.truncation = {
      maxLength: maxTokens,
      stride,
      strategy: typeof text !== "string" && stride > 0 ? "only_second" : "longest_first",
    };
    try {
      const first = typeof text === "string"
        ? tokenizer.encode(text)
        : tokenizer.encodePair(...text);
      return [first, ...first.overflowing];
    } finally {
      tokenizer.truncation = undefined;
    }
  };
}

/** Texts that are computed together. */
const ROWS = 32;

/** Logits of a model's head, by texts of similar length. */
export async function logitsOf(
  model: EncoderModel,
  inputs: readonly { readonly ids: number[]; readonly typeIds: number[] }[],
  { signal }: { signal?: AbortSignal | undefined },
): Promise<Float32Array[]> {
  const order = [...inputs.keys()].sort((a, b) => inputs[a].ids.length - inputs[b].ids.length);
  const logits: Float32Array[] = new Array(inputs.length);
  for (let start = 0; start < order.length; start += ROWS) {
    const group = order.slice(start, start + ROWS);
    const found = await model.logits(group.map((i) => inputs[i].ids), {
      tokenTypeIds: model.config.typeVocabSize > 1
        ? group.map((i) => inputs[i].typeIds)
        : undefined,
      signal,
    });
    group.forEach((i, at) => logits[i] = found[at]);
  }
  return logits;
}

/** Place of the largest number. */
export function largest(values: Float32Array): number {
  return values.indexOf(values.reduce((a, b) => Math.max(a, b), -Infinity));
}

/** Says that a label is not known. */
export function unknownLabel(label: string): string {
  return `the label ${JSON.stringify(label)} is not one of the training data`;
}
