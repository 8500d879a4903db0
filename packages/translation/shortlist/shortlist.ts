/** The name of a shortlist's file in a model directory. */
export const shortlistFile = "shortlist.safetensors";

/** What a {@linkcode Shortlist} is made of. */
export interface ShortlistParts {
  /** Number of target ids. */
  readonly vocabSize: number;
  /** Target ids that any source may become, ascending: frequent, special and byte tokens. */
  readonly always: Int32Array;
  /** Where each source id's likely targets begin in `ids`, and where the last one's end `[source ids + 1]`. */
  readonly offsets: Int32Array;
  /** Likely targets of each source id, those of `always` left out. */
  readonly ids: Int32Array;
}

/**
 * Which target tokens a source sentence may become: the likely translations of its tokens, and what any sentence may
 * need. A model that chooses from some hundreds of tokens in place of its whole vocabulary is faster at each step.
 *
 * @example
 * ```ts
 * import { Shortlist } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const shortlist = new Shortlist({
 *   vocabSize: 10,
 *   always: Int32Array.of(0, 1),
 *   offsets: Int32Array.of(0, 0, 2, 3), // no likely targets for 0, two for 1, one for 2
 *   ids: Int32Array.of(8, 4, 6),
 * });
 * assertEquals([...shortlist.select([2, 1, 2])], [0, 1, 4, 6, 8]);
 * ```
 */
export class Shortlist {
  /** Number of target ids. */
  readonly vocabSize: number;
  /** Number of source ids. */
  readonly sourceSize: number;
  readonly #parts: ShortlistParts;
  /** 1 for ids that are selected: always those of `always`, others while a sentence is looked at. */
  readonly #marks: Uint8Array;

  /**
   * Makes a shortlist; {@linkcode buildShortlist} does it from aligned text, `readShortlist` from a file.
   *
   * @param parts Ids, which are checked.
   * @throws {RangeError} When offsets fall or lead astray, or an id is outside the vocabulary.
   */
  constructor(parts: ShortlistParts) {
    check(parts);
    this.#parts = parts;
    this.vocabSize = parts.vocabSize;
    this.sourceSize = parts.offsets.length - 1;
    this.#marks = new Uint8Array(parts.vocabSize);
    for (const id of parts.always) this.#marks[id] = 1;
  }

  /** What it is made of; not to be written to. */
  get parts(): ShortlistParts {
    return this.#parts;
  }

  /**
   * Selects the target ids that a sentence may become.
   *
   * @param sourceIds Ids of the sentence; some that the shortlist does not know add nothing.
   * @returns Target ids, ascending, in an array of the caller's own.
   */
  select(sourceIds: ArrayLike<number>): Int32Array {
    const { always, offsets, ids } = this.#parts;
    const marks = this.#marks;
    let count = always.length;
    for (let i = 0; i < sourceIds.length; i++) {
      const source = sourceIds[i];
      if (!(source >= 0 && source < this.sourceSize)) continue;
      for (let at = offsets[source]; at < offsets[source + 1]; at++) {
        if (marks[ids[at]] !== 0) continue;
        marks[ids[at]] = 2;
        count++;
      }
    }
    const selected = new Int32Array(count);
    for (let id = 0, place = 0; place < count; id++) {
      if (marks[id] === 0) continue;
      selected[place++] = id;
      if (marks[id] === 2) marks[id] = 0;
    }
    return selected;
  }
}

function check({ vocabSize, always, offsets, ids }: ShortlistParts): void {
  const fail = (reason: string) => {
    throw new RangeError(`Cannot use this shortlist: ${reason}; build it again`);
  };
  if (offsets.length === 0 || offsets[0] !== 0 || offsets.at(-1) !== ids.length) {
    fail(`its offsets do not cover its ${ids.length} ids`);
  }
  for (let i = 1; i < offsets.length; i++) {
    if (offsets[i] < offsets[i - 1]) fail(`its offsets fall at source id ${i - 1}`);
  }
  for (const list of [always, ids]) {
    const wrong = list.find((id) => id < 0 || id >= vocabSize);
    if (wrong !== undefined) fail(`id ${wrong} is outside the vocabulary of ${vocabSize}`);
  }
  if (always.some((id, i) => i > 0 && id <= always[i - 1])) {
    fail("the ids that are always allowed do not ascend");
  }
}
