/** A change to what a model wrote. */
export interface Edit {
  /** First UTF-16 code unit of what is replaced. */
  readonly start: number;
  /** The one after the last; `start` where something is put in. */
  readonly end: number;
  /** What is put there. */
  readonly text: string;
  /** Number of the span that it puts back. */
  readonly span?: number;
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
  for (const edit of inOrder(edits)) {
    text += between(output.slice(done, edit.start)) + edit.text;
    done = edit.end;
  }
  return text + between(output.slice(done));
}

const inOrder = (edits: readonly Edit[]) =>
  [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

/**
 * Says where parts of a text come to when it is changed.
 *
 * @param output The text.
 * @param edits As for {@linkcode applyEdits}.
 * @param between As there.
 * @returns Gives the place of a part that no edit cuts: behind what is put in at its beginning, before what is at its
 * end.
 */
export function editedPlaces(
  output: string,
  edits: readonly Edit[],
  between: (gap: string) => string = (gap) => gap,
): (start: number, end: number) => readonly [start: number, end: number] {
  const ordered = inOrder(edits);
  const placeOf = (offset: number, isPast: (edit: Edit) => boolean) => {
    let place = 0, done = 0;
    for (const edit of ordered) {
      if (!isPast(edit)) break;
      place += between(output.slice(done, edit.start)).length + edit.text.length;
      done = edit.end;
    }
    return place + between(output.slice(done, offset)).length;
  };
  return (start, end) => [
    placeOf(start, (edit) => edit.end <= start),
    placeOf(end, (edit) => edit.start < end && edit.end <= end),
  ];
}
