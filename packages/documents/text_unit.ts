/** A stretch of a text, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What comes in the place of a range: texts, and ranges of the same content, in which edits hold, too. */
export interface Edit extends Range {
  readonly parts: readonly (string | Range)[];
}

/** A text of a document that is translated as one. */
export interface TextUnit {
  /** What is translated. */
  readonly source: string;
  /** Whether it is HTML, with inline tags. */
  readonly isHtml: boolean;
  /**
   * Says what a translation changes. Not asked where the translation is the source: what stays is then byte for byte
   * what was there.
   */
  edits(translation: string): readonly Edit[];
}

/** Ranges that stand in one another, at most; no program writes a hundred. */
const deepest = 500;

/**
 * Changes a content in places.
 *
 * @param content The content.
 * @param edits What comes where. Ranges do not overlap, except that one may lie within a range that another keeps.
 * @returns The new content.
 */
export function applyEdits(content: string, edits: readonly Edit[]): string {
  const sorted = edits.map((edit, i) => ({ edit, i }))
    .sort((a, b) => a.edit.start - b.edit.start || b.edit.end - a.edit.end || a.i - b.i)
    .map(({ edit }) => edit);
  const firstAt = (start: number) => {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle].start < start) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const active = new Set<Edit>();
  const render = ({ start, end }: Range): string => {
    if (active.size > deepest) {
      throw new RangeError("Cannot write the document: its elements stand too deep in one another");
    }
    let result = "", done = start;
    for (let i = firstAt(start); i < sorted.length && sorted[i].start <= end; i++) {
      const edit = sorted[i];
      if (edit.start < done || edit.end > end || active.has(edit)) continue;
      result += content.slice(done, edit.start);
      active.add(edit);
      for (const part of edit.parts) result += typeof part === "string" ? part : render(part);
      active.delete(edit);
      done = edit.end;
    }
    return result + content.slice(done, end);
  };
  return render({ start: 0, end: content.length });
}
