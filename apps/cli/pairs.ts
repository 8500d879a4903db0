import type { Host } from "./host.ts";
import { fileError } from "./output.ts";
import { startWarnings } from "./warnings.ts";

/** Sources and their reference translations, as many of each. */
export interface Pairs {
  readonly sources: string[];
  readonly references: string[];
  /** Number of lines that were no pair. */
  readonly skipped: number;
}

/** How {@linkcode readPairs} reads. */
export interface PairsOptions {
  readonly host: Host;
  /** Most pairs. Default: all. */
  readonly limit?: number;
  /** The lines are reference, tab, source. Default false. */
  readonly reverse?: boolean;
}

/** Reads lines of source, tab, reference; a line that is no pair is named on standard error. */
export async function readPairs(
  path: string,
  { host, limit = Infinity, reverse = false }: PairsOptions,
): Promise<Pairs> {
  const { readLines } = await import("@heed/checkpoint");
  const sources: string[] = [];
  const references: string[] = [];
  using warnings = startWarnings(host);
  let skipped = 0;
  try {
    for await (const { number, text, problem } of readLines(path, { signal: host.signal })) {
      if (sources.length >= limit) break;
      const [first = "", second = ""] = text?.split("\t") ?? [];
      const [source, reference] = reverse ? [second, first] : [first, second];
      if (source.trim() !== "" && reference.trim() !== "") {
        sources.push(source);
        references.push(reference);
        continue;
      }
      skipped++;
      const reason = problem ??
        (text === "" ? "it is empty" : "it needs a source, a tab, a reference");
      warnings.add(`${path}:${number} is left out: ${reason}`);
    }
  } catch (cause) {
    throw fileError("read", { path, cause });
  }
  if (sources.length === 0) {
    throw new RangeError(
      `Cannot compare with references of ${path}: it has no pair of source and reference`,
    );
  }
  return { sources, references, skipped };
}
