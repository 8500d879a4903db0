/** A change to what a model wrote. */
export interface Edit {
  /** First UTF-16 code unit of what is replaced. */
  readonly start: number;
  /** The one after the last; `start` where something is put in. */
  readonly end: number;
  /** What is put there. */
  readonly text: string;
}

/**
 * Applies changes to a text.
 *
 * @param output The text.
 * @param edits Changes that do not overlap; those of one place stay in their order.
 * @param between Changes what no edit touches, such as to capitals.
 * @returns The changed text.
 */
export function applyEdits(
  output: string,
  edits: readonly Edit[],
  between: (gap: string) => string = (gap) => gap,
): string {
  let text = "", done = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    text += between(output.slice(done, edit.start)) + edit.text;
    done = edit.end;
  }
  return text + between(output.slice(done));
}
