/** What sentences of a batch may generate, as columns of one smaller layer. */
export interface BatchShortlist {
  /** Ids that any of them may generate, ascending: the columns. */
  readonly ids: Int32Array;
  /** Columns of each sentence; undefined where all sentences may generate all of them. */
  readonly columns: readonly Int32Array[] | undefined;
}

/**
 * Joins the ids of the sentences of a batch.
 *
 * @param lists Ascending ids of each sentence, or one list for all of them.
 * @param options Number of token ids.
 */
export function joinShortlists(
  lists: readonly Int32Array[],
  { vocabSize }: { vocabSize: number },
): BatchShortlist {
  if (lists.length === 1) return { ids: lists[0], columns: undefined };
  // 1 for ids that are in a list; then their columns.
  const places = new Int32Array(vocabSize);
  for (const list of lists) for (let i = 0; i < list.length; i++) places[list[i]] = 1;
  let count = 0;
  for (let id = 0; id < vocabSize; id++) if (places[id] === 1) count++;
  const ids = new Int32Array(count);
  for (let id = 0, column = 0; id < vocabSize; id++) {
    if (places[id] === 0) continue;
    ids[column] = id;
    places[id] = column++;
  }
  if (lists.every(({ length }) => length === count)) return { ids, columns: undefined };
  return { ids, columns: lists.map((list) => list.map((id) => places[id])) };
}

/**
 * Checks the ids that a caller allows and puts them in order.
 *
 * @param shortlist Ids for all sentences, or a list for each.
 * @param options Number of sentences and of token ids.
 * @returns One list, or one for each sentence; ascending, none twice.
 * @throws {RangeError} When a list is empty or holds an id outside the vocabulary, or there are too few or many.
 */
export function resolveShortlist(
  shortlist: ArrayLike<number> | readonly ArrayLike<number>[],
  { batchSize, vocabSize }: { batchSize: number; vocabSize: number },
): Int32Array[] {
  const isOne = typeof shortlist[0] === "number" || shortlist.length === 0;
  const lists = (isOne ? [shortlist] : shortlist) as readonly ArrayLike<number>[];
  if (!isOne && lists.length !== batchSize) {
    throw new RangeError(
      `Cannot generate ${batchSize} targets with ${lists.length} shortlists: give one for each`,
    );
  }
  return lists.map((list) => {
    if (list.length === 0) {
      throw new RangeError(
        "Cannot generate from an empty shortlist: give it the end token at least",
      );
    }
    let isAscending = list instanceof Int32Array;
    for (let i = 0; i < list.length; i++) {
      if (!Number.isInteger(list[i]) || list[i] < 0 || list[i] >= vocabSize) {
        throw new RangeError(
          `Cannot generate from a shortlist with token id ${
            list[i]
          }: it is outside the vocabulary of ${vocabSize}`,
        );
      }
      if (i > 0 && list[i - 1] >= list[i]) isAscending = false;
    }
    return isAscending ? list as Int32Array : Int32Array.from(new Set(Array.from(list))).sort();
  });
}
