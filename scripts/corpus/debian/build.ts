import { files } from "@heed/checkpoint";
import type { ArchiveReader } from "./archive/archive.ts";
import type { Language } from "./languages.ts";
import type { LicenceClass } from "./licences/licence.ts";
import { LicenceTable } from "./licences/table.ts";
import { createProgress } from "./progress.ts";
import { type CorpusReport, formatReport, makeReport } from "./report.ts";
import type { Source } from "./source.ts";
import { TableFile } from "./table_file.ts";
import { Tally } from "./tally.ts";
import { Workspace } from "./workspace.ts";

/** Options of {@linkcode buildCorpus}. */
export interface BuildOptions {
  readonly archive: ArchiveReader;
  readonly language: Language;
  readonly sources: readonly Source[];
  /** Folder for `pairs.tsv`, `unclear.tsv`, `report.json` and `report.txt`. */
  readonly output: string;
  /** Classes of licences whose pairs go to `unclear.tsv`. */
  readonly setAside: ReadonlySet<LicenceClass>;
  readonly limitPackages?: number;
  readonly maxPackageBytes?: number;
  readonly signal?: AbortSignal;
  readonly log: (message: string) => void;
}

/**
 * Reads all sources, one after the other, and writes the tables and the report.
 *
 * @param options Archive, language, sources and limits.
 * @returns The report.
 * @throws {Error} When the archive cannot be reached; then no table is written.
 */
export async function buildCorpus(options: BuildOptions): Promise<CorpusReport> {
  const { archive, language, sources, output, setAside, signal, log } = options;
  await Deno.mkdir(output, { recursive: true });
  const licences = new LicenceTable();
  const licenceOf = (name: string) => licences.get(name);
  const tally = new Tally({ licenceOf, setAside });
  const patterns = new Map(
    sources.flatMap(({ name, pattern }) => pattern ? [[name, pattern(language)] as const] : []),
  );
  if (patterns.size > 0) log("looking for files in the archive's lists");
  const listings = await archive.findFiles(patterns);

  const tables = {
    main: await TableFile.create(`${output}/pairs.tsv`),
    unclear: await TableFile.create(`${output}/unclear.tsv`),
  };
  const workspaces: (Workspace & { name: string; title: string })[] = [];
  try {
    for (const { name, title, pairs } of sources) {
      log(`reading ${title}`);
      const listing = listings.get(name) ?? new Map();
      const progress = await createProgress(name);
      const workspace = new Workspace({ ...options, licences, listing, progress });
      workspaces.push(Object.assign(workspace, { name, title }));
      for await (const pair of pairs(workspace)) {
        signal?.throwIfAborted();
        const destination = tally.take(name, pair);
        if (destination === "main" || destination === "unclear") {
          await tables[destination].add(pair);
        }
      }
    }
    await tables.main.finish();
    await tables.unclear.finish();
  } catch (error) {
    await tables.main.abandon();
    await tables.unclear.abandon();
    throw error;
  }
  const report = makeReport({
    language: language.code,
    archive: archive.name,
    tally,
    licenceOf,
    sources: workspaces,
  });
  const encoder = new TextEncoder();
  const json = JSON.stringify(report, null, 2) + "\n";
  await files.writeAtomic(`${output}/report.json`, encoder.encode(json));
  await files.writeAtomic(`${output}/report.txt`, encoder.encode(formatReport(report)));
  return report;
}
