import type { NewJob } from "./job.ts";
import { isLines } from "./translate_file.ts";

/** A part of a file as it stands, and how many lines it has. */
export interface CutPiece {
  readonly bytes: Uint8Array;
  readonly total: number;
}

/** Most lines of a piece: some ten seconds of work, which is lost when a worker dies. */
const mostLines = 500;
/** A small file has about this many pieces, so that several workers share it, too. */
const usualPieces = 16;
const fewestLines = 20;
/** Most bytes of a piece of more than one line. */
const mostBytes = 256 << 10;
const newline = 10;

/**
 * Cuts a file into pieces that are translated one by one: text into groups of whole lines, with their line ends, so
 * that the translated pieces one after another are the translated file. Other files are one piece.
 *
 * @param job The file.
 * @returns The pieces, at least one.
 */
export function cutPieces({ format, bytes }: Pick<NewJob, "format" | "bytes">): CutPiece[] {
  if (!isLines(bytes, { format })) return [{ bytes, total: 1 }];
  let lines = 0;
  for (const byte of bytes) if (byte === newline) lines++;
  const size = Math.min(mostLines, Math.max(fewestLines, Math.ceil(lines / usualPieces)));
  const pieces: CutPiece[] = [];
  for (let start = 0; start < bytes.length;) {
    let end = start, total = 0;
    while (end < bytes.length && total < size) {
      const found = bytes.indexOf(newline, end);
      const lineEnd = found < 0 ? bytes.length : found + 1;
      if (total > 0 && lineEnd - start > mostBytes) break;
      end = lineEnd;
      total++;
    }
    pieces.push({ bytes: bytes.subarray(start, end), total });
    start = end;
  }
  return pieces.length > 0 ? pieces : [{ bytes, total: 1 }];
}
