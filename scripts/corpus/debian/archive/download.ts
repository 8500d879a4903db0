import { files } from "@heed/checkpoint";
import type { PackageInfo } from "./packages.ts";
import { runProgram } from "./program.ts";

/** Options of {@linkcode downloadPackages}. */
export interface DownloadOptions {
  /** Folder that the `.deb` files are kept in. */
  readonly folder: string;
  /** Environment of `apt-get`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the download; what has arrived stays. */
  readonly signal?: AbortSignal;
  /** Takes the number of bytes fetched from the archive, after each group of packages. */
  readonly onFetched?: (bytes: number) => void;
}

/** A package on this machine, or the reason why it is not. */
export type Downloaded =
  | { readonly info: PackageInfo; readonly path: string; readonly problem?: undefined }
  | { readonly info: PackageInfo; readonly path?: undefined; readonly problem: string };

/** So much is fetched with one call of apt; the next group arrives while this one is read. */
const GROUP_BYTES = 40_000_000;
const GROUP_PACKAGES = 25;

/**
 * Brings packages onto this machine with `apt-get download`, which goes on with parts that are there
 * and checks signatures. A file of the right length and SHA-256 is not fetched again.
 *
 * @param packages What is wanted.
 * @param options Folders and environment.
 * @returns The packages in the order given, each as soon as its group is complete.
 * @throws {Error} When of a whole group nothing can be had: then the archive cannot be reached.
 */
export async function* downloadPackages(
  packages: readonly PackageInfo[],
  options: DownloadOptions,
): AsyncGenerator<Downloaded> {
  const groups = groupPackages(packages);
  let next = groups.length > 0 ? downloadGroup(groups[0], options) : undefined;
  for (let index = 0; next !== undefined; index++) {
    const downloaded = await next;
    next = index + 1 < groups.length ? downloadGroup(groups[index + 1], options) : undefined;
    // Its failure is met at the next round; until then nobody waits for it.
    next?.catch(() => {});
    yield* downloaded;
  }
}

/** Cuts a list into groups that are fetched at once. */
export function groupPackages(packages: readonly PackageInfo[]): PackageInfo[][] {
  const groups: PackageInfo[][] = [];
  let bytes = Infinity;
  for (const info of packages) {
    const last = groups.at(-1);
    if (last && last.length < GROUP_PACKAGES && bytes + info.size <= GROUP_BYTES) {
      last.push(info);
      bytes += info.size;
    } else {
      groups.push([info]);
      bytes = info.size;
    }
  }
  return groups;
}

async function downloadGroup(
  group: readonly PackageInfo[],
  options: DownloadOptions,
): Promise<Downloaded[]> {
  const missing: PackageInfo[] = [];
  for (const info of group) {
    if (!await isComplete(pathOf(info, options), info)) missing.push(info);
  }
  const problems = new Map<PackageInfo, string>();
  if (missing.length > 0) {
    await aptDownload(missing, options);
    for (const info of missing) {
      if (await isComplete(pathOf(info, options), info)) continue;
      // A damaged file would be taken for the beginning of the package.
      await Deno.remove(pathOf(info, options)).catch(ignoreNotFound);
      const reason = await aptDownload([info], options);
      if (!await isComplete(pathOf(info, options), info)) {
        problems.set(info, reason || "its SHA-256 is not the one in the index");
      }
    }
    options.onFetched?.(missing.reduce(
      (bytes, info) => problems.has(info) ? bytes : bytes + info.size,
      0,
    ));
  }
  if (problems.size === group.length) {
    const [[info, reason]] = problems;
    throw new Error(
      `Cannot download ${info.name} and ${group.length - 1} other packages: ${reason}; ` +
        "see whether the archive can be reached, and run again: what has arrived stays",
    );
  }
  return group.map((info) => {
    const problem = problems.get(info);
    return problem === undefined ? { info, path: pathOf(info, options) } : { info, problem };
  });
}

function pathOf(info: PackageInfo, { folder }: DownloadOptions): string {
  return `${folder}/${info.file}`;
}

/** Returns what apt complained of. */
async function aptDownload(
  packages: readonly PackageInfo[],
  { folder, environment, signal }: DownloadOptions,
): Promise<string> {
  const { stderr } = await runProgram("apt-get", {
    args: ["-qq", "download", ...packages.map(({ name, version }) => `${name}=${version}`)],
    cwd: folder,
    env: environment,
    signal,
  });
  signal?.throwIfAborted();
  return stderr.split("\n").filter((line) => line.startsWith("E:")).join(" ");
}

async function isComplete(path: string, { size, sha256 }: PackageInfo): Promise<boolean> {
  try {
    if ((await Deno.stat(path)).size !== size) return false;
  } catch (error) {
    ignoreNotFound(error);
    return false;
  }
  const hash = files.sha256();
  for await (const chunk of files.stream(path)) hash.update(chunk);
  return await hash.digest() === sha256;
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
