import type { FullEncoding, PipelineTokenizer } from "@heed/tokenizer";

/** A text, or two that belong together. */
export type TextOrPair = string | readonly [string, string];

/**
 * Parts of a text, or of the second text of a pair, that a model can read.
 *
 * @param reader The tokenizer, and how many tokens the model takes.
 * @param text The text.
 * @param options `overlap`: tokens that neighbours share, at most half of what is not special.
 */
export function readWindows(
  { tokenizer, maxTokens }: { tokenizer: PipelineTokenizer; maxTokens: number },
  text: TextOrPair,
  { overlap }: { overlap: number },
): FullEncoding[] {
  const encode = () =>
    typeof text === "string" ? tokenizer.encode(text) : tokenizer.encodePair(...text);
  const whole = encode();
  if (whole.ids.length <= maxTokens) return [whole];
  const added = whole.specialTokensMask.reduce((sum, special) => sum + special, 0);
  try {
    tokenizer.truncation = {
      maxLength: maxTokens,
      stride: Math.min(overlap, Math.max(0, Math.floor((maxTokens - added) / 2))),
      strategy: typeof text === "string" ? "longest_first" : "only_second",
    };
    const first = encode();
    return [first, ...first.overflowing];
  } finally {
    tokenizer.truncation = undefined;
  }
}
