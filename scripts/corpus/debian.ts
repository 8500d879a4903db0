/**
 * Builds parallel text, English and one other language, from the packages of a Debian archive.
 *
 *     deno run -A scripts/corpus/debian.ts --language de --out DIR
 *
 * Needs apt and dpkg-deb, which every Debian system has, and no root rights. Writes `pairs.tsv`
 * (English, translation, package/document), `unclear.tsv` (the same for packages whose licence was
 * not recognised), `report.json` and `report.txt`. Downloads stay in the cache: a run that was
 * interrupted goes on from there. `--help` lists the options.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { Archive } from "./debian/archive/archive.ts";
import { buildCorpus } from "./debian/build.ts";
import { languageOf, LANGUAGES } from "./debian/languages.ts";
import { LICENCE_CLASSES, type LicenceClass } from "./debian/licences/licence.ts";
import { formatReport } from "./debian/report.ts";
import { chooseSources, SOURCES } from "./debian/sources.ts";

interface Options {
  language: string;
  out: string;
  sources: string;
  setAside: ReadonlySet<LicenceClass>;
  limitPackages?: number;
  maxPackageMb?: number;
  cache: string;
  sourcesList?: string;
  refresh?: boolean;
}

const program = new Command("debian.ts")
  .description("Build parallel text from the packages of a Debian archive.")
  .requiredOption("--language <code>", `one of ${[...LANGUAGES.keys()].join(", ")}`)
  .requiredOption("--out <dir>", "folder for the tables and the report")
  .option(
    "--sources <names>",
    `which of ${SOURCES.map(({ name }) => name).join(",")}, or all`,
    "all",
  )
  .option("--limit-packages <count>", "packages that each source opens at most", positive)
  .option("--max-package-mb <size>", "leave out packages over this size in megabytes", positive)
  .option("--cache <dir>", "folder for indexes and packages", ".cache/corpus/debian")
  .addOption(
    new Option(
      "--set-aside <classes>",
      `classes of licences for unclear.tsv, of ${LICENCE_CLASSES.join(",")}`,
    ).argParser(licenceClasses).default(new Set<LicenceClass>(["unknown"]), "unknown"),
  )
  .option("--sources-list <file>", "archive to use, in place of the one that apt is set up for")
  .option("--refresh", "fetch the archive's indexes again");

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number over 0.");
  return value;
}

function licenceClasses(text: string): Set<LicenceClass> {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !(LICENCE_CLASSES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no class ${unknown}.`);
  return new Set(names as LicenceClass[]);
}

const log = (message: string) => console.error(message);
const interrupted = new AbortController();
Deno.addSignalListener("SIGINT", () => {
  // A second Ctrl-C does not wait for anything.
  if (interrupted.signal.aborted) Deno.exit(130);
  interrupted.abort();
});

try {
  const options = program.parse(Deno.args, { from: "user" }).opts<Options>();
  const language = languageOf(options.language);
  const sources = chooseSources(options.sources, language.code);
  const cache = await absolute(options.cache);
  const archive = await Archive.open({
    cache,
    languages: [language.code],
    sourcesListFile: options.sourcesList,
    refresh: options.refresh,
    signal: interrupted.signal,
    log,
  });
  const report = await buildCorpus({
    archive,
    language,
    sources,
    output: options.out,
    setAside: options.setAside,
    limitPackages: options.limitPackages,
    maxPackageBytes: options.maxPackageMb && options.maxPackageMb * 1e6,
    signal: interrupted.signal,
    log,
  });
  console.log(formatReport({ ...report, packages: report.packages.slice(0, 40) }));
  console.log(`Tables and the whole report are in ${options.out}`);
  Deno.exit(0);
} catch (error) {
  if (interrupted.signal.aborted) {
    log("Interrupted: what was downloaded stays, run again to go on");
    Deno.exit(130);
  }
  log(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}

/** apt wants absolute names. */
async function absolute(folder: string): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  return await Deno.realPath(folder);
}
