import { files, type Path } from "../files.ts";

/** What a file is known to be. */
export interface Expected {
  readonly bytes?: number;
  readonly sha256?: string;
  readonly gitSha1?: string;
}

/** What a file is. */
export interface Measured {
  readonly bytes: number;
  readonly sha256: string;
}

/** A file has other content than it should. */
export class DigestError extends Error {
  override readonly name = "DigestError";
}

/**
 * Reads a file on disk and holds it against what is known of it.
 *
 * @throws {DigestError} When it is another.
 */
export async function checkFile(path: Path, expected: Expected): Promise<Measured> {
  const { bytes: length, gitSha1 } = expected;
  const measured = await measure(files.stream(path));
  if (length !== undefined && measured.bytes !== length) {
    throw new DigestError(`it has ${measured.bytes} bytes and should have ${length}`);
  }
  checkDigest(measured.sha256, expected.sha256);
  // Only where there is no SHA-256: git's digest is of small files, and is made in memory.
  if (expected.sha256 === undefined && gitSha1 !== undefined) {
    const actual = await gitSha1Of(await files.readBytes(path));
    if (actual !== gitSha1) {
      throw new DigestError(`it has the git SHA-1 ${actual}, and ${gitSha1} was expected`);
    }
  }
  return measured;
}

/** Holds a SHA-256 against the one expected, where there is one. */
export function checkDigest(actual: string, expected: string | undefined): void {
  if (expected !== undefined && actual !== expected) {
    throw new DigestError(`it has the SHA-256 ${actual}, and ${expected} was expected`);
  }
}

async function measure(chunks: AsyncIterable<Uint8Array>): Promise<Measured> {
  const hash = files.sha256();
  let bytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: await hash.digest() };
}

async function gitSha1Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const blob = await new Blob([`blob ${bytes.byteLength}\0`, bytes]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", blob));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
