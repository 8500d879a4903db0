/** Emoji: what is shown as a picture by itself, or asks for it, flags, keycaps, and the older symbols. */
const emoji =
  /[\u{1F000}-\u{1FAFF}\u2600-\u27BF\u2B00-\u2BFF]|\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Regional_Indicator}{2}/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Finds runs of emoji, each of whole grapheme clusters: skin colours, families and flags are not cut.
 *
 * @param text Any text.
 * @returns Beginning and end of each run in UTF-16 code units.
 */
export function findEmoji(text: string): { start: number; end: number }[] {
  if (!emoji.test(text)) return [];
  const runs: { start: number; end: number }[] = [];
  for (const { segment, index } of graphemes.segment(text)) {
    if (!emoji.test(segment)) continue;
    const last = runs.at(-1);
    if (last?.end === index) last.end += segment.length;
    else runs.push({ start: index, end: index + segment.length });
  }
  return runs;
}
