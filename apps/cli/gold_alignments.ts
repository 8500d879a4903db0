import type { AlignmentLink } from "@heed/metrics";
import type { Host } from "./host.ts";
import { fileError } from "./output.ts";

/** A sentence pair whose words somebody has aligned. */
export interface GoldAlignment {
  /** Words of the source. */
  readonly source: readonly string[];
  /** Words of the target. */
  readonly target: readonly string[];
  /** Sure and possible links between them. */
  readonly links: readonly AlignmentLink[];
}

/**
 * Reads aligned sentence pairs: lines of source, tab, target, tab, links such as `0-0 1?2`. Words have spaces between
 * them; further columns are not looked at.
 */
export async function readGoldAlignments(path: string, host: Host): Promise<GoldAlignment[]> {
  const [{ readLines }, { parsePharaoh }] = await Promise.all([
    import("@heed/checkpoint"),
    import("@heed/metrics"),
  ]);
  const pairs: GoldAlignment[] = [];
  try {
    for await (const { number, text = "", problem } of readLines(path, { signal: host.signal })) {
      if (problem === undefined && text.trim() === "") continue;
      try {
        if (problem !== undefined) throw new SyntaxError(problem);
        pairs.push(parsePair(text, parsePharaoh));
      } catch (error) {
        throw new SyntaxError(`Cannot read ${path}:${number}: ${(error as Error).message}`);
      }
    }
  } catch (cause) {
    throw fileError("read", { path, cause });
  }
  if (pairs.length > 0) return pairs;
  throw new RangeError(`Cannot read alignments from ${path}: it has no line`);
}

function parsePair(line: string, parse: (text: string) => AlignmentLink[]): GoldAlignment {
  const [source = "", target = "", alignment] = line.split("\t");
  if (alignment === undefined) throw new SyntaxError("it needs a source, a target and links");
  const words = [source, target].map((text) => text.split(/\s+/).filter(Boolean));
  const links = parse(alignment);
  const wrong = links.find((link) =>
    link.source >= words[0].length || link.target >= words[1].length
  );
  if (wrong !== undefined) {
    throw new SyntaxError(
      `the link ${wrong.source}-${wrong.target} is outside of ${words[0].length} and ` +
        `${words[1].length} words, counted from 0`,
    );
  }
  return { source: words[0], target: words[1], links };
}

/** Words as running text: without spaces before marks that stand alone. */
export function textOfWords(words: readonly string[]): string {
  return words.join(" ").replace(/ (?=[.,;:!?…]+(?: |$))/gu, "");
}
