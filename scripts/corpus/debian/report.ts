import type { LicenceRecord } from "./licences/table.ts";
import { type Amount, nothingOfSource, type SourceAmount, type Tally } from "./tally.ts";

/** What a source gave and left out. */
export interface SourceReport extends SourceAmount {
  readonly name: string;
  readonly title: string;
  /** Bytes fetched from the archive in this run. */
  readonly fetchedBytes: number;
  /** What was left out, and how often. */
  readonly notes: Readonly<Record<string, number>>;
}

/** What a run gave, and under which licences. */
export interface CorpusReport {
  readonly language: string;
  /** Archive that everything is from, such as `bookworm/main`. */
  readonly archive: string;
  readonly sources: readonly SourceReport[];
  /** Amounts by class of licence. */
  readonly classes: Readonly<Record<string, Amount>>;
  /** Licence and amounts of every package that gave pairs, the largest first. */
  readonly packages: readonly (LicenceRecord & Amount)[];
}

/** Options of {@linkcode makeReport}. */
export interface ReportOptions {
  readonly language: string;
  readonly archive: string;
  readonly tally: Tally;
  readonly licenceOf: (name: string) => LicenceRecord;
  readonly sources: readonly {
    readonly name: string;
    readonly title: string;
    readonly fetchedBytes: number;
    readonly notes: ReadonlyMap<string, number>;
  }[];
}

/**
 * Puts together what a run gave.
 *
 * @param options Counts, licences and notes.
 * @returns The report.
 */
export function makeReport(options: ReportOptions): CorpusReport {
  const { language, archive, tally, licenceOf } = options;
  return {
    language,
    archive,
    sources: options.sources.map(({ name, title, fetchedBytes, notes }) => ({
      name,
      title,
      ...(tally.sources.get(name) ?? nothingOfSource()),
      fetchedBytes,
      notes: Object.fromEntries([...notes].filter(([, times]) => times > 0)),
    })),
    classes: Object.fromEntries([...tally.classes].sort(([, a], [, b]) => total(b) - total(a))),
    packages: [...tally.packages]
      .map(([name, amount]) => ({ ...licenceOf(name), ...amount }))
      .sort((a, b) => total(b) - total(a)),
  };
}

function total({ pairs, unclear }: Amount): number {
  return pairs + unclear;
}

/**
 * Writes a report for people.
 *
 * @param report The report.
 * @returns Text with a table of sources, of classes of licences, and of packages.
 */
export function formatReport(report: CorpusReport): string {
  const sections = [
    `English-${report.language} from Debian ${report.archive}`,
    table(
      [
        "source",
        "pairs",
        "unclear",
        "English words",
        "duplicates",
        "untranslated",
        "MB fetched",
        "what",
      ],
      report.sources.map((source) => [
        source.name,
        ...amounts(source),
        String(source.duplicates),
        String(source.untranslated),
        (source.fetchedBytes / 1e6).toFixed(1),
        source.title,
      ]),
    ),
    table(
      ["licences", "pairs", "unclear", "English words"],
      Object.entries(report.classes).map(([name, amount]) => [name, ...amounts(amount)]),
    ),
    ...report.sources.flatMap(({ name, notes }) =>
      Object.keys(notes).length === 0 ? [] : [
        `Left out of ${name}:\n` +
        Object.entries(notes).map(([what, times]) => `  ${times} ${what}`).join("\n"),
      ]
    ),
    table(
      ["package", "pairs", "unclear", "English words", "class", "licence", "found in"],
      report.packages.map((record) => [
        record.name,
        ...amounts(record),
        record.class,
        record.licence,
        record.evidence,
      ]),
    ),
  ];
  return sections.join("\n\n") + "\n";
}

function amounts({ pairs, unclear, words }: Amount): string[] {
  return [String(pairs), String(unclear), String(words)];
}

/** Numbers stand to the right, everything else to the left. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length))
  );
  return [head, ...rows].map((row) =>
    row.map((cell, column) =>
      /^[\d.]+$/.test(rows[0]?.[column] ?? "")
        ? cell.padStart(widths[column])
        : cell.padEnd(widths[column])
    ).join("  ").trimEnd()
  ).join("\n");
}
