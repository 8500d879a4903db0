import { shown } from "./_shown.ts";
import { PieceType, type SentencePiece } from "./formats/sentencepiece_model.ts";
import { stringOf } from "./_utf16.ts";

/** The vocabulary of a SentencePiece model of any kind, and what all kinds do with text outside of it. */
export class SentencePieceVocabulary {
  /** Number of pieces. */
  readonly size: number;
  /** Id of the piece of type UNKNOWN. */
  readonly unkTokenId: number;
  /** The pieces; the index is the id. */
  readonly pieces: readonly string[];
  /** Piece to id. */
  readonly ids: ReadonlyMap<string, number>;
  /** Length of each piece in UTF-16 units. */
  readonly lengths: Int32Array;
  /** Byte to id, for models that fall back to bytes. */
  readonly byteIds: Int32Array | undefined;

  /** `name` is what messages call the model. */
  constructor(pieces: readonly SentencePiece[], name: string, byteFallback: boolean) {
    this.size = pieces.length;
    this.pieces = pieces.map(({ piece }) => piece);
    this.lengths = Int32Array.from(pieces, ({ piece }) => piece.length);
    const ids = new Map<string, number>();
    const byteIds = new Int32Array(256).fill(-1);
    let unkTokenId = -1;
    for (const [id, { piece, type }] of pieces.entries()) {
      if (piece === "") throw new SyntaxError(`Cannot build ${name} model: piece ${id} is empty`);
      const earlier = ids.get(piece);
      if (earlier !== undefined) {
        throw new SyntaxError(
          `Cannot build ${name} model: pieces ${earlier} and ${id} are both ${shown(piece)}`,
        );
      }
      ids.set(piece, id);
      if (type === PieceType.UNKNOWN) {
        if (unkTokenId >= 0) {
          throw new SyntaxError(
            `Cannot build ${name} model: pieces ${unkTokenId} and ${id} are both of type UNKNOWN`,
          );
        }
        unkTokenId = id;
      } else if (type === PieceType.BYTE) {
        const byte = byteOfPiece(piece);
        if (byte === undefined) {
          throw new SyntaxError(
            `Cannot build ${name} model: piece ${id} ${
              shown(piece)
            } is of type BYTE but not of form <0x00>`,
          );
        }
        byteIds[byte] = id;
      }
    }
    if (unkTokenId < 0) {
      throw new SyntaxError(`Cannot build ${name} model: no piece is of type UNKNOWN`);
    }
    const missing = byteIds.indexOf(-1);
    if (byteFallback && missing >= 0) {
      throw new SyntaxError(
        `Cannot build ${name} model: byteFallback needs 256 byte pieces, but ${
          bytePiece(missing)
        } is missing`,
      );
    }
    this.ids = ids;
    this.unkTokenId = unkTokenId;
    this.byteIds = byteFallback ? byteIds : undefined;
  }

  /**
   * Writes a path through `units` as ids and tokens. The path has one unknown id for each character that no piece
   * covers; a run of them becomes one token, or one for each byte.
   */
  spell(path: Int32Array, units: Uint16Array): { ids: number[]; tokens: string[] } {
    const { pieces, lengths, unkTokenId, byteIds } = this;
    const ids: number[] = [];
    const tokens: string[] = [];
    let at = 0;
    for (let i = 0; i < path.length; i++) {
      const id = path[i];
      if (id !== unkTokenId) {
        ids.push(id);
        tokens.push(pieces[id]);
        at += lengths[id];
        continue;
      }
      const start = at;
      at += unitsAt(units, at);
      for (; i + 1 < path.length && path[i + 1] === unkTokenId; i++) at += unitsAt(units, at);
      const text = stringOf(units.subarray(start, at));
      if (byteIds === undefined) {
        ids.push(id);
        tokens.push(text);
        continue;
      }
      for (const byte of new TextEncoder().encode(text)) {
        ids.push(byteIds[byte]);
        tokens.push(pieces[byteIds[byte]]);
      }
    }
    return { ids, tokens };
  }
}

/**
 * Where each token that {@linkcode SentencePieceVocabulary.spell} wrote begins and ends in its units: `2 * tokens`
 * numbers. With `byteFallback`, every token that is spelt like a byte piece is one.
 */
export function pieceSpans(tokens: readonly string[], byteFallback: boolean): Int32Array {
  const spans = new Int32Array(2 * tokens.length);
  let at = 0;
  for (let i = 0; i < tokens.length; i++) {
    const byte = byteFallback ? byteOfPiece(tokens[i]) : undefined;
    if (byte === undefined) {
      spans[2 * i] = at;
      spans[2 * i + 1] = at += tokens[i].length;
      continue;
    }
    // As in SentencePiece, the last byte of a character covers it all and the others cover nothing.
    const size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    for (let k = 1; k < size; k++, i++) spans[2 * i] = spans[2 * i + 1] = at;
    spans[2 * i] = at;
    spans[2 * i + 1] = at += size === 4 ? 2 : 1;
  }
  return spans;
}

/** The spelling of a byte piece: 10 is `<0x0A>`. */
export function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

function byteOfPiece(piece: string): number | undefined {
  return /^<0x[0-9A-F]{2}>$/.test(piece) ? parseInt(piece.slice(3, 5), 16) : undefined;
}

/** 2 where a surrogate pair begins, else 1. */
export function unitsAt(units: Uint16Array, index: number): number {
  return (units[index] & 0xfc00) === 0xd800 && index + 1 < units.length ? 2 : 1;
}
