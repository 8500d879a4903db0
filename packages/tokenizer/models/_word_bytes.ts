import type { WordPieces } from "./model.ts";

/** The pieces of a word whose lengths are in UTF-8 bytes; a piece of some bytes of a character covers all of it. */
export function wordPiecesOfBytes(
  word: string,
  { ids, lengths }: { ids: Int32Array; lengths: Int32Array },
  count: number,
): WordPieces {
  const pieces = { ids: new Array(count), starts: new Array(count), ends: new Array(count) };
  let unit = 0; // of the character that holds byte `byte - 1`
  let unitEnd = 0;
  let byte = 0; // where the character ends
  let at = 0;
  // The character that holds byte `index`, in `unit` and `unitEnd`.
  const seek = (index: number) => {
    while (byte <= index && unitEnd < word.length) {
      const code = word.codePointAt(unitEnd)!;
      unit = unitEnd;
      unitEnd += code > 0xffff ? 2 : 1;
      byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
  };
  for (let i = 0; i < count; i++) {
    pieces.ids[i] = ids[i];
    seek(at);
    pieces.starts[i] = unit;
    at += lengths[i];
    seek(at - 1);
    pieces.ends[i] = unitEnd;
  }
  return pieces;
}
