/**
 * Counts JUnit reports and prints `N passed, N failed` as the last line.
 *
 *     deno run --allow-read scripts/check/junit.ts report.xml [more.xml ...]
 *
 * Exits with 1 when a test failed, when none ran, or when a report is missing.
 */

/** What came of the tests of one or more reports; steps count as tests. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** `file: name` of each failed test. */
  readonly failures: readonly string[];
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function attribute(tag: string, name: string): string {
  const value = tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? "";
  return value.replace(/&(\w+);/g, (all, entity) => ENTITIES[entity] ?? all);
}

/** Counts the test cases of one report. */
export function countReport(xml: string): Counts {
  let passed = 0;
  let skipped = 0;
  const failures: string[] = [];
  for (const [, tag, body] of xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    if (/<(?:failure|error)\b/.test(body ?? "")) {
      failures.push(`${attribute(tag, "classname")}: ${attribute(tag, "name")}`);
    } else if (/<skipped\b/.test(body ?? "")) {
      skipped++;
    } else {
      passed++;
    }
  }
  return { passed, failed: failures.length, skipped, failures };
}

/** Adds up reports. */
export function addCounts(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((sum, counts) => sum + counts.passed, 0),
    failed: all.reduce((sum, counts) => sum + counts.failed, 0),
    skipped: all.reduce((sum, counts) => sum + counts.skipped, 0),
    failures: all.flatMap((counts) => counts.failures),
  };
}

/** The line that ends a test run. */
export function summary({ passed, failed, skipped }: Counts): string {
  const counted = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${counted}, ${skipped} skipped` : counted;
}

if (import.meta.main) {
  const reports: Counts[] = [];
  let complete = Deno.args.length > 0;
  for (const path of Deno.args) {
    try {
      reports.push(countReport(await Deno.readTextFile(path)));
    } catch (error) {
      console.log(`Cannot count ${path}: ${error instanceof Error ? error.message : error}`);
      complete = false;
    }
  }
  const counts = addCounts(reports);
  for (const failure of counts.failures) console.log(`failed: ${failure}`);
  console.log(summary(counts));
  if (!complete || counts.failed > 0 || counts.passed === 0) Deno.exit(1);
}
