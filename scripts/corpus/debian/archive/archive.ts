import {
  aptConfiguration,
  INDEX_TARGET_FORMAT,
  type IndexTarget,
  parseIndexTargets,
  sourcesList,
} from "./apt_configuration.ts";
import { findFiles, type PackageFiles } from "./contents.ts";
import { linesOf } from "./lines.ts";
import { packageFrom, type PackageInfo } from "./packages.ts";
import { runProgram, streamProgram } from "./program.ts";
import { readStanzas, type Stanza } from "./stanzas.ts";

/** Options of {@linkcode Archive.open}. */
export interface ArchiveOptions {
  /** Absolute path of the folder for indexes and packages. */
  readonly cache: string;
  /** Languages whose package descriptions are wanted, beside English. */
  readonly languages: readonly string[];
  /** `sources.list` to use in place of the machine's Debian archive. */
  readonly sourcesListFile?: string;
  /** Fetches the indexes again even if they are there. */
  readonly refresh?: boolean;
  /** Ends running programs. */
  readonly signal?: AbortSignal;
  /** Takes a line on what is being done. */
  readonly log: (message: string) => void;
}

/** What sources use of an archive. */
export type ArchiveReader = Pick<
  Archive,
  "name" | "folder" | "environment" | "packages" | "descriptions" | "findFiles"
>;

/** apt's program that prints an index however it is compressed. */
const APT_HELPER = "/usr/lib/apt/apt-helper";
const KEYRINGS = ["gpg", "pgp"].map((end) => `/usr/share/keyrings/debian-archive-keyring.${end}`);
const KINDS = ["Packages", "Translations", "Contents"];

/** A Debian archive, reached through an apt with folders of its own. */
export class Archive {
  /** Where the packages are kept. */
  readonly folder: string;
  /** Which archive this is, such as `bookworm/main`. */
  readonly name: string;
  readonly #targets: readonly IndexTarget[];
  readonly #options: ArchiveOptions;
  #packages: Promise<ReadonlyMap<string, PackageInfo>> | undefined;

  private constructor(options: ArchiveOptions, targets: readonly IndexTarget[]) {
    this.folder = `${options.cache}/packages`;
    this.name = [...new Set(targets.map((target) => `${target.release}/${target.component}`))]
      .join(", ");
    this.#options = options;
    this.#targets = targets;
  }

  /**
   * Prepares the folder and fetches the indexes that are not there.
   *
   * @param options Folder, languages and what else differs from the usual.
   * @returns The archive.
   * @throws {Error} When apt is missing or the indexes cannot be fetched.
   */
  static async open(options: ArchiveOptions): Promise<Archive> {
    const { cache, log, refresh = false, signal } = options;
    await prepare(options);
    const languages = ["en", ...options.languages];
    let targets = await indexTargets(cache);
    if (refresh || missingIndexes(targets, languages).length > 0) {
      log("fetching the archive's indexes");
      const { success, stderr } = await runProgram("apt-get", {
        // Without the option apt succeeds when an archive cannot be reached.
        args: ["-q", "-o", "APT::Update::Error-Mode=any", "update"],
        env: aptEnvironment(cache),
        signal,
      });
      signal?.throwIfAborted();
      targets = await indexTargets(cache);
      const missing = missingIndexes(targets, []);
      if (!success || missing.length > 0) {
        throw new Error(
          `Cannot fetch the archive's indexes: ${stderr || `there is no ${missing.join(", ")}`}; ` +
            "see whether the archive can be reached, and run again: what has arrived stays",
        );
      }
      for (const index of missingIndexes(targets, languages)) log(`the archive has no ${index}`);
    }
    return new Archive(options, targets);
  }

  /** Environment in which apt works on this archive. */
  get environment(): Readonly<Record<string, string>> {
    return aptEnvironment(this.#options.cache);
  }

  /**
   * Reads the index of the packages.
   *
   * @returns Every package by its name; of several versions the last one in the index.
   */
  packages(): Promise<ReadonlyMap<string, PackageInfo>> {
    return this.#packages ??= this.#readPackages();
  }

  async #readPackages(): Promise<ReadonlyMap<string, PackageInfo>> {
    const packages = new Map<string, PackageInfo>();
    for await (const stanza of readStanzas(this.#lines("Packages"))) {
      const info = packageFrom(stanza);
      if (info) packages.set(info.name, info);
    }
    return packages;
  }

  /**
   * Reads the descriptions of all packages in one language.
   *
   * @param code Language, such as `en` or `pt_BR`.
   * @returns Paragraphs of the `Translation-` index.
   */
  descriptions(code: string): AsyncGenerator<Stanza> {
    return readStanzas(this.#lines("Translations", code));
  }

  /**
   * Finds files in packages that need not be downloaded for it.
   *
   * @param patterns What paths must match, by a name of the caller's.
   * @returns For each name the packages of this archive and their matching paths.
   */
  async findFiles(patterns: ReadonlyMap<string, RegExp>): Promise<Map<string, PackageFiles>> {
    return await findFiles(this.#lines("Contents"), patterns);
  }

  async *#lines(kind: string, language = ""): AsyncGenerator<string> {
    const { cache, signal } = this.#options;
    const targets = this.#targets.filter((target) =>
      target.kind === kind && target.language === language
    );
    for (const { file } of targets) {
      yield* linesOf(streamProgram(APT_HELPER, {
        args: ["cat-file", file],
        env: aptEnvironment(cache),
        signal,
      }));
    }
  }
}

function aptEnvironment(cache: string): Record<string, string> {
  return { APT_CONFIG: `${cache}/apt/apt.conf` };
}

async function prepare(options: ArchiveOptions): Promise<void> {
  const root = `${options.cache}/apt`;
  for (const folder of ["state/lists/partial", "cache/archives/partial", "../packages"]) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
  }
  await Deno.writeTextFile(`${root}/state/status`, "");
  const { stdout: machine } = await runProgram("apt-config", { args: ["dump"] });
  const languages = ["en", ...options.languages];
  await Deno.writeTextFile(`${root}/apt.conf`, aptConfiguration({ root, languages, machine }));
  const sources = options.sourcesListFile === undefined
    ? await machineSources()
    : await Deno.readTextFile(options.sourcesListFile);
  await Deno.writeTextFile(`${root}/sources.list`, sources);
}

/** Debian's archive as the machine's own apt reaches it. */
async function machineSources(): Promise<string> {
  const { stdout } = await runProgram("apt-get", {
    args: ["indextargets", "--format", INDEX_TARGET_FORMAT],
  });
  const targets = parseIndexTargets(stdout);
  for (const keyring of KEYRINGS) {
    if (await exists(keyring)) return sourcesList({ targets, keyring });
  }
  return sourcesList({ targets });
}

async function indexTargets(cache: string): Promise<IndexTarget[]> {
  const { stdout } = await runProgram("apt-get", {
    args: ["indextargets", "--format", INDEX_TARGET_FORMAT],
    env: aptEnvironment(cache),
  });
  return parseIndexTargets(stdout).filter(({ kind }) => KINDS.includes(kind));
}

/** What is not among the indexes; apt lists only those that have been fetched. */
export function missingIndexes(
  targets: readonly IndexTarget[],
  languages: readonly string[],
): string[] {
  const has = (kind: string, language = "") =>
    targets.some((target) => target.kind === kind && target.language === language);
  return [
    ...["Packages", "Contents"].filter((kind) => !has(kind)),
    ...languages.filter((language) => !has("Translations", language))
      .map((language) => `Translation-${language}`),
  ];
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
