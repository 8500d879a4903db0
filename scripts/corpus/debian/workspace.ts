import type { ArchiveReader } from "./archive/archive.ts";
import type { PackageFiles } from "./archive/contents.ts";
import { type DebMembers, memberPath, readDeb } from "./archive/deb.ts";
import { downloadPackages } from "./archive/download.ts";
import { isPackageName, type PackageInfo } from "./archive/packages.ts";
import type { Language } from "./languages.ts";
import type { LicenceTable } from "./licences/table.ts";
import type { Progress } from "./progress.ts";

/** A package whose wanted files have been read. */
export interface OpenedPackage extends DebMembers {
  readonly info: PackageInfo;
  /** Path of the `.deb`. */
  readonly path: string;
}

/** Options of {@linkcode Workspace}. */
export interface WorkspaceOptions {
  readonly language: Language;
  readonly archive: ArchiveReader;
  readonly licences: LicenceTable;
  /** Files that the source's pattern found, by package. */
  readonly listing: PackageFiles;
  /** How many packages a source may open; those with the most matching files come first. */
  readonly limitPackages?: number;
  /** Packages of more bytes are left out. */
  readonly maxPackageBytes?: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Sizes up to which a package is fetched only to read the licence of another. */
const MAX_LICENCE_PACKAGE_BYTES = 10_000_000;

/** What a source works with: the archive, a language, and the notes it leaves. */
export class Workspace {
  readonly language: Language;
  readonly archive: ArchiveReader;
  readonly licences: LicenceTable;
  readonly listing: PackageFiles;
  /** Things that were left out, and how often, for the report. */
  readonly notes: Map<string, number> = new Map();
  /** Bytes fetched from the archive. */
  fetchedBytes = 0;
  readonly #options: WorkspaceOptions;

  /** @param options Archive, language and limits. */
  constructor(options: WorkspaceOptions) {
    this.language = options.language;
    this.archive = options.archive;
    this.licences = options.licences;
    this.listing = options.listing;
    this.#options = options;
  }

  /**
   * Counts something that was left out.
   *
   * @param what What it was, in a few words.
   * @param times How often. Default 1.
   */
  note(what: string, times = 1): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + times);
  }

  /**
   * The packages whose files the source's pattern found, within the limits: those with the most
   * files first, and of equals the smaller first.
   *
   * @returns Their names.
   */
  async listedPackages(): Promise<string[]> {
    const packages = await this.archive.packages();
    const files = (name: string) => this.listing.get(name)!.length;
    const size = (name: string) => packages.get(name)!.size;
    const names = await this.withinSize([...this.listing.keys()]);
    return this.limit(names.sort((a, b) => files(b) - files(a) || size(a) - size(b)));
  }

  /**
   * Leaves out packages that the archive lacks, and those over the limit of size.
   *
   * @param names Names of packages.
   * @returns The others, in the same order.
   */
  async withinSize(names: readonly string[]): Promise<string[]> {
    const packages = await this.archive.packages();
    const { maxPackageBytes = Infinity } = this.#options;
    const known = names.filter((name) => packages.has(name));
    const small = known.filter((name) => packages.get(name)!.size <= maxPackageBytes);
    if (small.length < known.length) {
      this.note("packages over the size limit", known.length - small.length);
    }
    return small;
  }

  /**
   * Keeps to the number of packages that may be opened.
   *
   * @param items Packages, or groups of them, the best first.
   * @returns The first of them.
   */
  limit<Item>(items: readonly Item[]): Item[] {
    const kept = items.slice(0, this.#options.limitPackages);
    if (kept.length < items.length) {
      this.note("packages over the limit", items.length - kept.length);
    }
    return kept;
  }

  /**
   * Downloads packages and reads some of their files. Their licences are entered in the table.
   *
   * @param names Names of packages; those that the archive lacks are noted.
   * @param wanted Which files are read.
   * @param part Which half of the packages. Default the installed files.
   * @returns The packages in order.
   */
  async *open(
    names: readonly string[],
    wanted: (path: string) => boolean,
    part: "files" | "control" = "files",
  ): AsyncGenerator<OpenedPackage> {
    const { progress, signal } = this.#options;
    const packages = await this.archive.packages();
    const infos = names.flatMap((name) => packages.get(name) ?? []);
    if (infos.length < names.length) {
      this.note("packages missing in the archive", names.length - infos.length);
    }
    const total = infos.reduce((bytes, { size }) => bytes + size, 0);
    let done = 0;
    progress.start(total);
    try {
      for await (const { info, path, problem } of this.#download(infos)) {
        signal?.throwIfAborted();
        progress.update(done += info.size, info.name);
        if (path === undefined) {
          this.note(`not downloaded: ${info.name} (${problem})`);
          continue;
        }
        const members = await this.#read(info, { path, wanted, part });
        if (members) yield { info, path, ...members };
      }
    } finally {
      progress.stop();
    }
  }

  /** Reads a package and enters its licence; a damaged package is noted. */
  async #read(
    info: PackageInfo,
    { path, wanted, part }: {
      path: string;
      wanted: (path: string) => boolean;
      part: "files" | "control";
    },
  ): Promise<DebMembers | undefined> {
    const { signal } = this.#options;
    const documents = `usr/share/doc/${info.name}`;
    const isLegal = (path: string) => path === documents || path === `${documents}/copyright`;
    try {
      let members = await readDeb(path, {
        wanted: (path) => isLegal(path) || (part === "files" && wanted(path)),
        signal,
      });
      await this.#readLicence(info, members);
      if (part === "control") members = await readDeb(path, { wanted, part, signal });
      if (members.refused.length > 0) this.note("files refused", members.refused.length);
      const files = new Map([...members.files].filter(([path]) => wanted(path)));
      return { ...members, files };
    } catch (error) {
      signal?.throwIfAborted();
      this.note(`not readable: ${info.name} (${error instanceof Error ? error.message : error})`);
      return undefined;
    }
  }

  #download(infos: readonly PackageInfo[]) {
    const { archive, signal } = this.#options;
    return downloadPackages(infos, {
      folder: archive.folder,
      environment: archive.environment,
      signal,
      onFetched: (bytes) => this.fetchedBytes += bytes,
    });
  }

  async #readLicence(info: PackageInfo, members: DebMembers): Promise<void> {
    const own = copyrightIn(info.name, members);
    if (own !== undefined) return this.licences.addPackage(info, own);
    const other = copyrightOwner(info.name, members);
    const otherInfo = other === undefined ? undefined : (await this.archive.packages()).get(other);
    if (otherInfo === undefined || otherInfo.size > MAX_LICENCE_PACKAGE_BYTES) {
      return this.licences.addPackage(info, undefined);
    }
    const wanted = (path: string) => path === `usr/share/doc/${otherInfo.name}/copyright`;
    for await (const { path } of this.#download([otherInfo])) {
      const text = path === undefined
        ? undefined
        : copyrightIn(otherInfo.name, await readDeb(path, { wanted }));
      this.licences.addPackage(info, text);
    }
  }
}

function copyrightIn(name: string, { files }: DebMembers): string | undefined {
  const bytes = files.get(`usr/share/doc/${name}/copyright`);
  return bytes && new TextDecoder().decode(bytes);
}

/** The package that a link in place of the copyright file, or of its folder, leads to. */
export function copyrightOwner(name: string, { links }: DebMembers): string | undefined {
  const folder = memberPath(`usr/share/doc/${name}`)!;
  const target = links.get(folder) ?? links.get(`${folder}/copyright`);
  const owner = /^usr\/share\/doc\/([^/]+)(?:\/copyright)?$/.exec(target ?? "")?.[1];
  return owner !== undefined && isPackageName(owner) ? owner : undefined;
}
