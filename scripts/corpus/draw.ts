import type { Pair } from "./pair.ts";

/** Gives a number of [0, 1) for each purpose. */
export type Draws = (purpose: string) => number;

/**
 * What is drawn for a pair.
 *
 * @param pair The pair, as the files have it.
 * @param copy Which copy of it, where a mixture repeats it: each is drawn by itself.
 * @returns The draws: the same every time.
 */
export function drawsOf({ source, target }: Pair, copy = 0): Draws {
  return (purpose) => draw(`${source}\t${target}\t${copy}\t${purpose}`);
}

/**
 * A number of [0, 1) that depends on a text alone, so that the same pair is drawn every time, whatever comes before it:
 * FNV-1a with a last mix (as in MurmurHash3).
 *
 * @param text What is drawn for; another purpose needs another text.
 * @returns The number, in steps of 2^-32.
 */
export function draw(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
