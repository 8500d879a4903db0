import type { AlignmentLink } from "./alignment.ts";

/**
 * Reads an alignment in Pharaoh's format: `source-target` for every link, `source?target` for a
 * possible one.
 *
 * @param line Links with white space between them, such as `0-0 1-2 2?1`; may be empty.
 * @returns The links in their order.
 * @throws {SyntaxError} When a link is not two integers from 0.
 *
 * @example
 * ```ts
 * import { parsePharaoh } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePharaoh("0-1 2?0"), [
 *   { source: 0, target: 1 },
 *   { source: 2, target: 0, possible: true },
 * ]);
 * ```
 */
export function parsePharaoh(line: string): AlignmentLink[] {
  return line.split(/\s+/).filter((part) => part !== "").map((part) => {
    const match = /^(\d{1,6})([-?])(\d{1,6})$/.exec(part);
    if (match === null) {
      throw new SyntaxError(
        `Cannot read the alignment link ${JSON.stringify(part)}: write SOURCE-TARGET or ` +
          "SOURCE?TARGET, words counted from 0",
      );
    }
    const link = { source: Number(match[1]), target: Number(match[3]) };
    return match[2] === "?" ? { ...link, possible: true } : link;
  });
}

/**
 * Writes an alignment in Pharaoh's format, sorted by source, then target.
 *
 * @param links Links in any order.
 * @returns A line without its end, such as `0-0 1-2 2?1`.
 * @throws {RangeError} When an index is not an integer from 0.
 *
 * @example
 * ```ts
 * import { formatPharaoh } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const links = [{ source: 2, target: 0, possible: true }, { source: 0, target: 1 }];
 * assertEquals(formatPharaoh(links), "0-1 2?0");
 * ```
 */
export function formatPharaoh(links: readonly AlignmentLink[]): string {
  for (const { source, target } of links) {
    if ([source, target].every((index) => Number.isSafeInteger(index) && index >= 0)) continue;
    throw new RangeError(
      `Cannot write the alignment link ${source}-${target}: both must be integers from 0`,
    );
  }
  return [...links]
    .sort((a, b) => a.source - b.source || a.target - b.target)
    .map(({ source, target, possible }) => `${source}${possible ? "?" : "-"}${target}`)
    .join(" ");
}
