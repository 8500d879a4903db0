/** A file of an archive. */
export interface TarFile {
  /** Name with `/` at its start, as a registry's manifest has it. */
  readonly path: string;
  /** Content. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const BLOCK = 512;

/**
 * Reads the plain files of a tar archive (ustar, with GNU's long names), as `deno publish` sends
 * it.
 *
 * @throws {SyntaxError} When the archive is damaged or holds anything but files and folders inside
 * it.
 */
export function* readTar(archive: Uint8Array<ArrayBuffer>): Generator<TarFile> {
  const text = new TextDecoder("utf-8", { fatal: true });
  function field(offset: number, length: number): string {
    const bytes = archive.subarray(offset, offset + length);
    const end = bytes.indexOf(0);
    return text.decode(end < 0 ? bytes : bytes.subarray(0, end));
  }
  let longName: string | undefined;
  for (let offset = 0; offset + BLOCK <= archive.byteLength;) {
    const shortName = field(offset, 100);
    if (shortName === "") return;
    const size = Number.parseInt(field(offset + 124, 12).trim() || "0", 8);
    const kind = field(offset + 156, 1);
    const prefix = field(offset + 257, 5) === "ustar" && field(offset + 263, 2) === "00"
      ? field(offset + 345, 155)
      : "";
    const start = offset + BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || start + size > archive.byteLength) {
      throw new SyntaxError(`Cannot read the archive: the entry at byte ${offset} is damaged`);
    }
    if (kind === "L") {
      longName = field(start, size);
    } else {
      const name = longName ?? (prefix === "" ? shortName : `${prefix}/${shortName}`);
      longName = undefined;
      if (kind === "" || kind === "0") {
        yield { path: rooted(name), bytes: archive.slice(start, start + size) };
      } else if (kind !== "5") {
        throw new SyntaxError(`Cannot read the archive: ${name} is neither a file nor a folder`);
      }
    }
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function rooted(name: string): string {
  const parts = name.replace(/^\.\//, "").split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new SyntaxError(`Cannot read the archive: the name ${JSON.stringify(name)} leaves it`);
  }
  return "/" + parts.join("/");
}
