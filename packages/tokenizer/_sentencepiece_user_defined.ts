import { PieceType, type SentencePiece } from "./formats/sentencepiece_model.ts";
import { unitsOf } from "./_utf16.ts";

/** Finds user-defined pieces, the longest that begins at a place. */
export class UserDefinedPieces {
  #byFirst = new Map<number, { id: number; units: Uint16Array }[]>(); // longest first

  constructor(pieces: readonly SentencePiece[]) {
    const own = pieces.map(({ piece, type }, id) => ({ id, type, units: unitsOf(piece) }))
      .filter(({ type }) => type === PieceType.USER_DEFINED)
      .sort((a, b) => b.units.length - a.units.length);
    for (const { id, units } of own) {
      const same = this.#byFirst.get(units[0]);
      if (same === undefined) this.#byFirst.set(units[0], [{ id, units }]);
      else same.push({ id, units });
    }
  }

  /** Id of the longest piece that `units` has at `index`, or -1. */
  match(units: Uint16Array, index: number): number {
    if (this.#byFirst.size === 0) return -1;
    for (const { id, units: own } of this.#byFirst.get(units[index]) ?? []) {
      let i = 0;
      while (i < own.length && own[i] === units[index + i]) i++;
      if (i === own.length) return id;
    }
    return -1;
  }
}
