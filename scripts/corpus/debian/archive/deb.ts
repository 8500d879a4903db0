import { extract } from "tar-stream";
import { streamProgram } from "./program.ts";

/** What was read out of a package. Nothing of it was written to the disk. */
export interface DebMembers {
  /** Contents by path, without a leading slash. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Paths of links, and the path inside the package that each leads to. */
  readonly links: ReadonlyMap<string, string>;
  /** Paths left out because they are longer than the limit, or lead out of the package. */
  readonly refused: readonly string[];
}

/** Options of {@linkcode readDeb} and {@linkcode readTar}. */
export interface ReadOptions {
  /** Says for a path, without a leading slash, whether its content is wanted. */
  readonly wanted: (path: string) => boolean;
  /** Length in bytes up to which a file is read. Default 64 MiB. */
  readonly maxFileBytes?: number;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/** Options of {@linkcode readDeb}. */
export interface ReadDebOptions extends ReadOptions {
  /** Which half of the package is read: the installed files, or those that control it. */
  readonly part?: "files" | "control";
}

/**
 * Reads chosen files of a Debian package.
 *
 * @param path The `.deb`.
 * @param options Which files, and of which half of the package.
 * @returns Their contents.
 * @throws {Error} When `dpkg-deb` or the tar reader finds the package damaged.
 */
export function readDeb(path: string, options: ReadDebOptions): Promise<DebMembers> {
  const { part = "files", signal } = options;
  const option = part === "files" ? "--fsys-tarfile" : "--ctrl-tarfile";
  return readTar(streamProgram("dpkg-deb", { args: [option, path], signal }), options);
}

/**
 * Reads chosen files of a tar archive that need not be trusted.
 *
 * @param chunks The archive, in pieces.
 * @param options Which files.
 * @returns Their contents.
 * @throws {Error} When the archive is damaged.
 */
export async function readTar(
  chunks: AsyncIterable<Uint8Array>,
  { wanted, maxFileBytes = 1 << 26 }: ReadOptions,
): Promise<DebMembers> {
  const files = new Map<string, Uint8Array>();
  const links = new Map<string, string>();
  const refused: string[] = [];
  const archive = extract() as unknown as TarReader;
  const feeding = feed(chunks, archive);
  try {
    for await (const entry of archive) {
      const { name, type, linkname, size } = entry.header;
      const path = memberPath(name);
      const take = path !== undefined && wanted(path);
      if (path === undefined) refused.push(name);
      else if (take && (type === "symlink" || type === "link") && linkname) {
        const target = type === "link" ? memberPath(linkname) : linkTarget(path, linkname);
        if (target === undefined) refused.push(path);
        else links.set(path, target);
      } else if (take && type === "file") {
        if (size <= maxFileBytes) {
          files.set(path, await contentOf(entry, size));
          continue;
        }
        refused.push(path);
      }
      entry.resume();
    }
  } finally {
    archive.destroy();
    await feeding;
  }
  return { files, links, refused };
}

/**
 * Brings the path of a file in an archive into one form.
 *
 * @param name Path as the archive has it.
 * @returns The path relative to the archive's root; undefined when it leads out of it, or has
 * characters that no text file of paths could hold.
 */
export function memberPath(name: string): string | undefined {
  // deno-lint-ignore no-control-regex
  if (name.startsWith("/") || /[\x00-\x1f\x7f\\]/.test(name)) return undefined;
  return normalize(name.split("/"));
}

/**
 * Finds where a symbolic link in an archive leads.
 *
 * @param path Path of the link in the archive.
 * @param target What the link says.
 * @returns A path relative to the archive's root; undefined when it leads out of it.
 */
export function linkTarget(path: string, target: string): string | undefined {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f\\]/.test(target)) return undefined;
  const parts = target.split("/");
  return normalize(target.startsWith("/") ? parts : [...path.split("/").slice(0, -1), ...parts]);
}

function normalize(parts: readonly string[]): string | undefined {
  const path: string[] = [];
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    if (part !== "..") path.push(part);
    else if (path.pop() === undefined) return undefined;
  }
  return path.join("/");
}

/** What is used of tar-stream, whose own types ask for an argument of `end`. */
interface TarReader extends AsyncIterable<TarEntry> {
  write(chunk: Uint8Array): boolean;
  end(): void;
  destroy(error?: unknown): void;
  on(event: "drain" | "close", listener: () => void): void;
  off(event: "drain" | "close", listener: () => void): void;
  readonly destroyed: boolean;
}

interface TarEntry extends AsyncIterable<Uint8Array> {
  readonly header: {
    readonly name: string;
    readonly type: string | null;
    readonly linkname: string | null;
    readonly size: number;
  };
  resume(): void;
}

async function feed(chunks: AsyncIterable<Uint8Array>, archive: TarReader): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (archive.destroyed) return;
      if (!archive.write(chunk)) await drained(archive);
    }
    archive.end();
  } catch (error) {
    archive.destroy(error);
  }
}

async function drained(archive: TarReader): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      archive.off("drain", done);
      archive.off("close", done);
      resolve();
    };
    archive.on("drain", done);
    archive.on("close", done);
  });
}

async function contentOf(entry: TarEntry, size: number): Promise<Uint8Array> {
  const content = new Uint8Array(size);
  let length = 0;
  for await (const chunk of entry) {
    content.set(chunk, length);
    length += chunk.length;
  }
  return content;
}
