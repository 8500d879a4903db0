import type { FullEncoding } from "@heed/tokenizer";
import { softmax } from "./classify.ts";

/** A stretch of a text with a tag. */
export interface TaggedEntity {
  /** The tag, without `B-` or `I-`. */
  readonly type: string;
  /** The stretch. */
  readonly text: string;
  /** Where it begins, in UTF-16 units. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** Mean probability of the tags of its words. */
  readonly score: number;
}

/** A word with its tag. */
interface TaggedWord {
  readonly tag: string;
  readonly score: number;
  readonly start: number;
  end: number;
}

/**
 * Joins tagged words to entities. The first token of a word decides on its tag; `B-` begins an entity, `I-` goes on
 * with one of the same type, and tags without either are entities of neighbouring words. `O` is none.
 *
 * @param encoding Tokens of the text.
 * @param options Logits `[tokens * labels]`, the labels, the text.
 * @returns Entities in their order.
 */
export function entitiesOf(
  { offsets, wordIds, specialTokensMask }: FullEncoding,
  { logits, labels, text }: { logits: Float32Array; labels: readonly string[]; text: string },
): TaggedEntity[] {
  const words: TaggedWord[] = [];
  let last: number | undefined;
  offsets.forEach(([start, end], i) => {
    if (specialTokensMask[i] === 1) return;
    if (wordIds[i] === last && last !== undefined) {
      words[words.length - 1].end = end;
      return;
    }
    last = wordIds[i];
    const scores = softmax(logits.subarray(i * labels.length, (i + 1) * labels.length));
    const best = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
    words.push({ tag: labels[best], score: scores[best], start, end });
  });
  const groups: { type: string; words: TaggedWord[] }[] = [];
  let open = false;
  for (const word of words) {
    const type = word.tag.replace(/^[BI]-/, "");
    if (word.tag === "O") {
      open = false;
      continue;
    }
    const group = groups.at(-1);
    if (open && !word.tag.startsWith("B-") && group?.type === type) group.words.push(word);
    else groups.push({ type, words: [word] });
    open = true;
  }
  return groups.map(({ type, words }) => {
    const start = words[0].start, end = words[words.length - 1].end;
    const score = words.reduce((sum, word) => sum + word.score, 0) / words.length;
    return { type, text: text.slice(start, end), start, end, score };
  });
}
