import type { Queries } from "./database.ts";

/** Most bytes of a row. */
export const chunkBytes = 256 << 10;

/** Which content of a job: what was given, or what became of it. */
export type Part = "source" | "result";

/** Where a content is. */
export interface ContentPlace {
  /** Id of the job. */
  readonly job: string;
  /** Given, or translated. */
  readonly part: Part;
  /** Number of the piece. */
  readonly piece: number;
}

/**
 * Writes a content in rows of at most 256 KiB.
 *
 * @param queries A transaction.
 * @param place Where; nothing may be there yet.
 * @param bytes The content.
 */
export async function writeContent(
  queries: Queries,
  { job, part, piece }: ContentPlace,
  bytes: Uint8Array,
): Promise<void> {
  for (let chunk = 0; chunk * chunkBytes < bytes.length; chunk++) {
    await queries.query(
      "INSERT INTO heed.content (job, part, piece, chunk, bytes) VALUES ($1, $2, $3, $4, $5)",
      [job, part, piece, chunk, bytes.slice(chunk * chunkBytes, (chunk + 1) * chunkBytes)],
    );
  }
}

/** Reads a content, a row at a time. */
export async function* contentChunks(
  queries: Queries,
  { job, part, piece }: ContentPlace,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let chunk = 0;; chunk++) {
    const [row] = await queries.query<{ bytes: Uint8Array }>(
      `SELECT bytes FROM heed.content
       WHERE job = $1 AND part = $2 AND piece = $3 AND chunk = $4`,
      [job, part, piece, chunk],
    );
    if (row === undefined) return;
    yield new Uint8Array(row.bytes);
    if (row.bytes.length < chunkBytes) return;
  }
}

/** Reads a content whole. */
export async function readContent(
  queries: Queries,
  place: ContentPlace,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = await Array.fromAsync(contentChunks(queries, place));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
