import { classificationScore, entityScore } from "@heed/metrics";
import { indexTaggedWords, type TaggedWords } from "@heed/training";
import { NO_LABEL } from "../loss.ts";
import {
  cutter,
  type FinetuningTask,
  largest,
  logitsOf,
  type TaskParts,
  unknownLabel,
} from "./tasks.ts";

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

function wordColumn(column: string | number): number {
  const number = Number(column);
  if (Number.isInteger(number)) return number;
  throw new RangeError(
    `Cannot read words by the column ${
      JSON.stringify(column)
    }: CoNLL has no names, give a number from 0`,
  );
}
