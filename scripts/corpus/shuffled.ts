import { draw } from "./draw.ts";

/**
 * Shuffles lines by a hash of each: the same lines give the same order whatever order they came in, and two of them keep
 * theirs when others come between. Lines that are alike are told apart by their number.
 *
 * @param lines The lines; all of them are in memory.
 * @returns The same lines.
 */
export function shuffled(lines: readonly string[]): string[] {
  const copies = new Map<string, number>();
  const ranks = Float64Array.from(lines, (line) => {
    const copy = copies.get(line) ?? 0;
    copies.set(line, copy + 1);
    return draw(`${line}\t${copy}`);
  });
  const order = Uint32Array.from(lines, (_, i) => i);
  order.sort((a, b) =>
    ranks[a] - ranks[b] || (lines[a] < lines[b] ? -1 : lines[a] > lines[b] ? 1 : 0)
  );
  return Array.from(order, (i) => lines[i]);
}
