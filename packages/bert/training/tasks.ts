import type { ClassificationKind, EncoderHeadName, EncoderModel } from "@heed/model";
import {
  answerScore,
  type ClassificationScore,
  classificationScore,
  type EntityScore,
  entityScore,
  type LabelQuality,
} from "@heed/metrics";
import type { PipelineTokenizer } from "@heed/tokenizer";
import {
  indexRows,
  indexTaggedWords,
  type Metric,
  openBlocks,
  type TaggedWords,
  type TextData,
  type Unusable,
} from "@heed/training";
import { bestAnswer } from "../answers.ts";
import { NO_LABEL } from "../loss.ts";

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

/** Words get a tag each. */
export function taggingTask(
  { tokenizer, maxTokens, columns }: TaskParts,
): FinetuningTask<TaggedWords> {
  const cut = cutter(tokenizer, maxTokens);
  /** Tokens of a sentence, and for each the word that it begins; undefined where it begins none. */
  const read = ({ words }: TaggedWords) => {
    const [encoding] = cut(words.join(" "));
    const starts = new Map<number, number>();
    let at = 0;
    words.forEach((word, i) => {
      starts.set(at, i);
      at += word.length + 1;
    });
    const seen = new Set<number>();
    const begins = encoding.offsets.map(([start, end], i) => {
      // A token of byte-level BPE may begin with the space before its word.
      const word = starts.get(start) ?? starts.get(start + 1);
      if (encoding.specialTokensMask[i] === 1 || end <= start) return undefined;
      if (word === undefined || seen.has(word)) return undefined;
      seen.add(word);
      return word;
    });
    // Not spread: an encoding computes its fields when they are read.
    return { ids: encoding.ids, typeIds: encoding.typeIds, begins };
  };
  return {
    head: "token-classification",
    metric: { name: "entityF1", higherIsBetter: true },
    index: (files) =>
      indexTaggedWords(files, {
        wordColumn: columns.text === undefined ? undefined : wordColumn(columns.text),
        tagColumn: columns.label === undefined ? undefined : wordColumn(columns.label),
      }),
    labelsOf: ({ tags }) => tags,
    encode(record, labels) {
      const unknown = record.tags.find((tag) => !labels.has(tag));
      if (unknown !== undefined) return { problem: unknownLabel(unknown) };
      const { ids, typeIds, begins } = read(record);
      const tags = begins.map((word) =>
        word === undefined ? NO_LABEL : labels.get(record.tags[word])!
      );
      if (tags.every((tag) => tag === NO_LABEL)) return { problem: "the sentence has no token" };
      return { inputIds: ids, tokenTypeIds: typeIds, labels: tags };
    },
    async measure(model, records, { signal }) {
      const inputs = records.map(read);
      const logits = await logitsOf(model, inputs, { signal });
      const { labels } = model.config;
      const predicted = records.map(({ words }, i) => {
        // Words beyond the limit are found to be nothing.
        const tags = words.map(() => "O");
        inputs[i].begins.forEach((word, token) => {
          if (word === undefined) return;
          const first = token * labels.length;
          tags[word] = labels[largest(logits[i].subarray(first, first + labels.length))];
        });
        return tags;
      });
      const expected = records.map(({ tags }) => tags);
      const score = entityScore(predicted, expected);
      const { accuracy } = classificationScore(predicted.flat(), expected.flat());
      const { precision, recall, f1: entityF1 } = score;
      return { figures: { entityF1, precision, recall, accuracy }, entities: score };
    },
  };
}

/** A question with a text and the stretch of it that answers. */
interface AnsweredQuestion {
  readonly question: string;
  readonly context: string;
  readonly answer: string;
}

/** Questions are answered with a stretch of a text. */
export function answeringTask(
  { tokenizer, maxTokens, columns }: TaskParts,
): FinetuningTask<AnsweredQuestion> {
  const { question = "question", text: context = "context", label: answer = "answer" } = columns;
  const cut = cutter(tokenizer, maxTokens, Math.floor(maxTokens / 3));
  return {
    head: "question-answering",
    metric: { name: "f1", higherIsBetter: true },
    index: async (files) =>
      await indexRows(files, {
        columns: { question, context, answer },
        what: "questions with answers",
      }),
    encode({ question, context, answer }) {
      const start = context.indexOf(answer), end = start + answer.length;
      if (start < 0) return { problem: "the answer is not in the text" };
      for (const { ids, typeIds, offsets, sequenceIds } of cut([question, context])) {
        const inText = (i: number) => sequenceIds[i] === 1;
        const first = offsets.findIndex(([from, to], i) =>
          inText(i) && from <= start && start < to
        );
        const last = offsets.findLastIndex(([from, to], i) => inText(i) && from < end && end <= to);
        if (first < 0 || last < first) continue;
        return { inputIds: ids, tokenTypeIds: typeIds, labels: [first, last] };
      }
      return { problem: "the answer does not begin and end with tokens of one part of the text" };
    },
    async measure(model, records, { signal }) {
      let exact = 0, f1 = 0;
      for (const { question, context, answer } of records) {
        const windows = cut([question, context]);
        const logits = await logitsOf(model, windows, { signal });
        const { text } = bestAnswer(windows, { logits, context, maxTokens: 30 });
        const score = answerScore(text, [answer]);
        exact += score.exact;
        f1 += score.f1;
      }
      return { figures: { exact: exact / records.length, f1: f1 / records.length } };
    },
  };
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

function wordColumn(column: string | number): number {
  const number = Number(column);
  if (Number.isInteger(number)) return number;
  throw new RangeError(
    `Cannot read words by the column ${
      JSON.stringify(column)
    }: CoNLL has no names, give a number from 0`,
  );
}
