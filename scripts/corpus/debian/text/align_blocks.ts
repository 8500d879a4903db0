import type { Block } from "./blocks.ts";

/** A block and its translation. */
export type BlockPair = readonly [english: Block, translation: Block];

/** Cost of a block that has no counterpart. */
const SKIP = 0.9;
/** Cost of a pair of blocks of different kinds. */
const OTHER_KIND = 1.2;
/** So far from the diagonal a counterpart may be, beside the difference of the lengths. */
const BAND = 40;
const MAX_CELLS = 8_000_000;

/**
 * Puts the blocks of a document beside those of its translation.
 *
 * Documents of the same structure are taken block by block. In others the cheapest alignment without
 * crossings is found, in which a pair costs by how much its lengths differ from what is usual (after
 * Gale and Church 1993), and only pairs of blocks of the same kind are kept.
 *
 * @param english Blocks of the document.
 * @param translation Blocks of the translation.
 * @returns Pairs in order; none for documents too long to align.
 */
export function alignBlocks(english: readonly Block[], translation: readonly Block[]): BlockPair[] {
  const same = english.length === translation.length &&
    english.every(({ kind }, index) => kind === translation[index].kind);
  if (same) return english.map((block, index) => [block, translation[index]]);
  if (english.length === 0 || translation.length === 0) return [];
  const columns = translation.length + 1;
  if ((english.length + 1) * columns > MAX_CELLS) return [];
  const steps = findPath(english, translation);
  const pairs: BlockPair[] = [];
  let [row, column] = [english.length, translation.length];
  while (row > 0 && column > 0) {
    const step = steps[row * columns + column];
    if (step === PAIR) {
      const pair: BlockPair = [english[--row], translation[--column]];
      if (pair[0].kind === pair[1].kind) pairs.push(pair);
    } else if (step === SKIP_ENGLISH) row--;
    else column--;
  }
  return pairs.reverse();
}

const PAIR = 0;
const SKIP_ENGLISH = 1;
const SKIP_TRANSLATION = 2;

/** The last step of the cheapest path to each cell. */
function findPath(english: readonly Block[], translation: readonly Block[]): Uint8Array {
  const [rows, columns] = [english.length + 1, translation.length + 1];
  const expected = usualRatio(english, translation);
  const band = Math.abs(rows - columns) + BAND;
  const steps = new Uint8Array(rows * columns).fill(SKIP_TRANSLATION);
  let previous = Float64Array.from({ length: columns }, (_, column) => SKIP * column);
  for (let row = 1; row < rows; row++) {
    const current = new Float64Array(columns).fill(Infinity);
    current[0] = SKIP * row;
    steps[row * columns] = SKIP_ENGLISH;
    const center = Math.round(row * columns / rows);
    const end = Math.min(columns - 1, center + band);
    for (let column = Math.max(1, center - band); column <= end; column++) {
      const pair = pairCost(english[row - 1], translation[column - 1], expected);
      const costs = [
        previous[column - 1] + pair,
        previous[column] + SKIP,
        current[column - 1] + SKIP,
      ];
      const least = Math.min(...costs);
      current[column] = least;
      steps[row * columns + column] = costs.indexOf(least);
    }
    previous = current;
  }
  return steps;
}

function pairCost(english: Block, translation: Block, ratio: number): number {
  const [a, b] = [english.text.length * ratio + 3, translation.text.length + 3];
  const difference = Math.abs(Math.log(a / b)) * (Math.max(a, b) > 25 ? 1 : 0.5);
  return difference + (english.kind === translation.kind ? 0 : OTHER_KIND);
}

function usualRatio(english: readonly Block[], translation: readonly Block[]): number {
  const length = (blocks: readonly Block[]) =>
    blocks.reduce((sum, { text }) => sum + text.length, 0) / blocks.length;
  return Math.min(2, Math.max(0.2, length(translation) / length(english)));
}
