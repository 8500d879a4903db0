import { deriveSeed } from "@heed/nn";

/** How rows become pairs of segments. */
export interface SentencePairOptions {
  /** Seed; the same one makes the same pairs. */
  readonly seed: number;
  /** Id of the token before the first segment. */
  readonly cls: number;
  /** Id of the token after each segment. */
  readonly sep: number;
  /** Tells whether a token goes on with the word of the one before: segments begin with a word. */
  readonly continuesWord: (id: number) => boolean;
}

/** Two segments that a model is to tell apart by whether one follows the other. */
export interface SentencePair {
  /** Both, with the special tokens. */
  readonly inputIds: readonly number[];
  /** 0 in the first segment, 1 in the second. */
  readonly tokenTypeIds: readonly number[];
  /** 0 where the second follows the first, 1 where it was taken from another row. */
  readonly label: 0 | 1;
}

/**
 * Makes pairs for the prediction of the next sentence (Devlin et al. 2019, section 3.1): every row is cut in two at a
 * word near its middle; in half of them the second part is from another row. Both kinds are as long as the row, so that
 * the length does not give away which it is.
 *
 * @param rows Packed text, at least two tokens each.
 * @param options Seed and special tokens.
 * @returns A pair for each row.
 *
 * @example
 * ```ts
 * import { sentencePairs } from "@heed/bert/training";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { seed: 1, cls: 2, sep: 3, continuesWord: () => false };
 * const [{ inputIds, tokenTypeIds }] = sentencePairs([[10, 11], [20, 21]], options);
 * assertEquals(inputIds.length, 5);
 * assertEquals(tokenTypeIds, [0, 0, 0, 1, 1]);
 * ```
 */
export function sentencePairs(
  rows: readonly (readonly number[])[],
  { seed, cls, sep, continuesWord }: SentencePairOptions,
): SentencePair[] {
  const cuts = rows.map((row, i) =>
    cutOf(row, { seed: deriveSeed(seed, "cut", i), continuesWord })
  );
  return rows.map((row, i) => {
    const isOther = rows.length > 1 && deriveSeed(seed, "other", i) % 2 === 1;
    const from = isOther
      ? (i + 1 + deriveSeed(seed, "row", i) % (rows.length - 1)) % rows.length
      : i;
    const first = row.slice(0, cuts[i]);
    const rest = row.length - first.length;
    const second = isOther ? segment(rows[from], rest, continuesWord) : row.slice(cuts[i]);
    return {
      inputIds: [cls, ...first, sep, ...second, sep],
      tokenTypeIds: [
        ...new Array<number>(first.length + 2).fill(0),
        ...new Array<number>(second.length + 1).fill(1),
      ],
      label: isOther ? 1 : 0,
    };
  });
}

/** The last `length` tokens of a row that begin with a word; all it has when it is shorter. */
function segment(
  row: readonly number[],
  length: number,
  continuesWord: SentencePairOptions["continuesWord"],
): readonly number[] {
  const last = Math.max(0, row.length - length);
  let start = last;
  while (start > 0 && continuesWord(row[start])) start--;
  if (continuesWord(row[start])) start = last; // a row of nothing but one word
  return row.slice(start, start + length);
}

/** A place in the middle half of a row where a word begins. */
function cutOf(
  row: readonly number[],
  { seed, continuesWord }: Pick<SentencePairOptions, "seed" | "continuesWord">,
): number {
  const quarter = Math.floor(row.length / 4), width = Math.max(1, row.length - 2 * quarter);
  const at = Math.max(1, quarter + seed % width);
  for (let step = 0; step < width; step++) {
    const cut = Math.max(1, quarter) + (at - quarter + step) % width;
    if (cut < row.length && !continuesWord(row[cut])) return cut;
  }
  return Math.min(at, row.length - 1);
}
