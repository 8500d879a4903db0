/** A file for {@linkcode zipOf}; what is not given is as it should be. */
export interface ZipFile {
  readonly name: string;
  /** What lies in the archive. */
  readonly data: Uint8Array;
  /** Lengths that the directory claims. */
  readonly bytes?: number;
  readonly storedBytes?: number;
  readonly method?: number;
  readonly flags?: number;
  /** Where the directory says that it begins. */
  readonly headerStart?: number;
  /** Claims its lengths and place in the 64-bit extension. */
  readonly is64?: boolean;
}

/** Makes a zip archive, right or wrong. */
export function zipOf(
  files: readonly ZipFile[],
  { is64 = false, comment = "", count }: { is64?: boolean; comment?: string; count?: number } = {},
): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let start = 0;
  const directory: number[] = [];
  for (const file of files) {
    const name = new TextEncoder().encode(file.name);
    const { data, method = 0, flags = 0, headerStart = start } = file;
    const bytes = file.bytes ?? data.length, storedBytes = file.storedBytes ?? data.length;
    const extra = file.is64
      ? [...le(1, 2), ...le(24, 2), ...le(bytes, 8), ...le(storedBytes, 8), ...le(headerStart, 8)]
      : [];
    const claimed = file.is64
      ? [0xffffffff, 0xffffffff, 0xffffffff]
      : [storedBytes, bytes, headerStart];
    const header = [...le(0x04034b50, 4), ...le(45, 2), ...le(flags, 2), ...le(method, 2)];
    header.push(...le(0, 8), ...le(storedBytes, 4), ...le(bytes, 4));
    // An extra field of its own, as torch has for alignment.
    header.push(...le(name.length, 2), ...le(5, 2), ...name, 0x46, 0x42, 1, 0, 0x5a);
    pieces.push(Uint8Array.from(header), data);
    start += header.length + data.length;
    directory.push(...le(0x02014b50, 4), ...le(45, 2), ...le(45, 2), ...le(flags, 2));
    directory.push(...le(method, 2), ...le(0, 8), ...le(claimed[0]!, 4), ...le(claimed[1]!, 4));
    directory.push(...le(name.length, 2), ...le(extra.length, 2), ...le(0, 10));
    directory.push(...le(claimed[2]!, 4), ...name, ...extra);
  }
  const total = count ?? files.length;
  const out = [...directory];
  if (is64) {
    const end = start + out.length;
    out.push(...le(0x06064b50, 4), ...le(44, 8), ...le(45, 2), ...le(45, 2), ...le(0, 8));
    out.push(...le(total, 8), ...le(total, 8), ...le(directory.length, 8), ...le(start, 8));
    out.push(...le(0x07064b50, 4), ...le(0, 4), ...le(end, 8), ...le(1, 4));
  }
  const [ends, length, place] = is64
    ? [0xffff, 0xffffffff, 0xffffffff]
    : [total, directory.length, start];
  out.push(...le(0x06054b50, 4), ...le(0, 4), ...le(ends!, 2), ...le(ends!, 2), ...le(length!, 4));
  const text = new TextEncoder().encode(comment);
  out.push(...le(place!, 4), ...le(text.length, 2), ...text);
  return joined([...pieces, Uint8Array.from(out)]);
}

/** A number in little-endian bytes. */
export function le(value: number | bigint, length: number): number[] {
  const bytes: number[] = [];
  for (let i = 0n; i < length; i++) bytes.push(Number((BigInt(value) >> (8n * i)) & 255n));
  return bytes;
}

/** Puts pieces one after the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
