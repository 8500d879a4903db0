// The text to train on, as its distinct words and how often each occurs.

import { stringOf, unitsOf } from "../_utf16.ts";
import type { WordTrainerOptions } from "./word_trainer_options.ts";

/** Distinct words in the order of their first occurrence. */
export interface WordTally {
  readonly words: readonly string[];
  readonly counts: Float64Array;
}

/** What a trainer does between two portions of work: report and let others have the thread. */
export type Pause = (stage: "read" | "learn", tokens: number) => Promise<void>;

const LINES_PER_REPORT = 10_000;
/** Engines cut longer strings out of a line by reference, which keeps the line alive. */
const LONGEST_COPIED = 12;
// The classes are those of Rust's regex, which Hugging Face's pre-tokenizer uses.
const WORDS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

function wordsAndMarks(line: string): string[] {
  return line.match(WORDS) ?? [];
}

/** Reads all lines; calls `onProgress` and throws if `signal` has aborted, here and whenever `pause` is called. */
export async function tallyWords(
  lines: Iterable<string> | AsyncIterable<string>,
  options: WordTrainerOptions,
): Promise<{ tally: WordTally; pause: Pause }> {
  const { preTokenize = wordsAndMarks, onProgress, signal } = options;
  const index = new Map<string, number>();
  const words: string[] = [];
  const counts: number[] = [];
  let read = 0;
  const pause: Pause = async (stage, tokens) => {
    onProgress?.({ stage, lines: read, words: words.length, tokens });
    // A turn of the event loop, in which a signal can abort.
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
  };
  signal?.throwIfAborted();
  for await (const line of lines) {
    for (const word of preTokenize(line.isWellFormed() ? line : line.toWellFormed())) {
      const known = index.get(word);
      if (known !== undefined) counts[known]++;
      else if (word !== "") {
        const own = word.length > LONGEST_COPIED ? stringOf(unitsOf(word)) : word;
        index.set(own, words.length);
        words.push(own);
        counts.push(1);
      }
    }
    if (++read % LINES_PER_REPORT === 0) await pause("read", 0);
  }
  await pause("read", 0);
  return { tally: { words, counts: Float64Array.from(counts) }, pause };
}
