import type { PipelineTokenizer } from "@heed/tokenizer";
import { softmax } from "./classify.ts";

/** A word that may stand in a gap. */
export interface MaskCandidate {
  /** The token, as the vocabulary writes it. */
  readonly token: string;
  /** Its id. */
  readonly id: number;
  /** Its probability. */
  readonly score: number;
  /** The text with the token in the gap. */
  readonly text: string;
}

/** A text's tokens, and which of them are gaps. */
interface Gaps {
  readonly ids: readonly number[];
  readonly places: readonly number[];
}

/**
 * Finds the gaps of a text.
 *
 * @param text The text, with `[MASK]` or `<mask>` for each gap.
 * @param parts The tokenizer; how the text is encoded once its gaps are written in the tokenizer's way.
 * @throws {RangeError} When there is no gap, or the tokenizer has no token for one.
 */
export function findGaps(
  text: string,
  { tokenizer, encode }: {
    tokenizer: PipelineTokenizer;
    encode: (text: string) => readonly number[];
  },
): Gaps {
  const mask = ["[MASK]", "<mask>"].find((token) => tokenizer.tokenToId(token) !== undefined);
  if (mask === undefined) {
    throw new RangeError("Cannot fill gaps: the tokenizer has no token for them");
  }
  const ids = encode(text.replace(/\[MASK\]|<mask>/g, mask));
  const maskId = tokenizer.tokenToId(mask);
  const places = [...ids.keys()].filter((i) => ids[i] === maskId);
  if (places.length > 0) return { ids, places };
  throw new RangeError(
    `Cannot fill a gap in ${JSON.stringify(text)}: write ${mask} where it is`,
  );
}

/** The `top` most likely words of each gap, by its logits `[places, vocabSize]`. */
export function bestWords(
  { ids, places }: Gaps,
  { logits, tokenizer, top }: { logits: Float32Array; tokenizer: PipelineTokenizer; top: number },
): MaskCandidate[][] {
  const vocabSize = logits.length / places.length;
  return places.map((place, i) => {
    const scores = softmax(logits.subarray(i * vocabSize, (i + 1) * vocabSize));
    const best = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, top);
    return best.map((id) => ({
      token: tokenizer.idToToken(id) ?? "",
      id,
      score: scores[id],
      text: tokenizer.decode(ids.with(place, id)),
    }));
  });
}
