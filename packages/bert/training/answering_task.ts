import { answerScore } from "@heed/metrics";
import { indexRows } from "@heed/training";
import { bestAnswer } from "../answers.ts";
import { cutter, type FinetuningTask, logitsOf, type TaskParts } from "./tasks.ts";

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
