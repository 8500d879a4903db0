// SentencePiece's two baselines: every word, or every character, is a piece or unknown.

import { PieceType, type SentencePiece } from "./formats/sentencepiece_model.ts";
import { UserDefinedPieces } from "./_sentencepiece_user_defined.ts";
import { SentencePieceVocabulary, unitsAt } from "./_sentencepiece_vocabulary.ts";
import type { Encoding } from "./encoding.ts";
import { stringOf } from "./_utf16.ts";

const META = 0x2581;

abstract class PlainModel {
  readonly vocabSize: number;
  readonly unkTokenId: number;
  protected readonly vocabulary: SentencePieceVocabulary;
  #textual: Uint8Array;

  constructor(pieces: readonly SentencePiece[], name: string, byteFallback: boolean) {
    this.vocabulary = new SentencePieceVocabulary(pieces, name, byteFallback);
    this.vocabSize = this.vocabulary.size;
    this.unkTokenId = this.vocabulary.unkTokenId;
    this.#textual = Uint8Array.from(
      pieces,
      ({ type }) =>
        Number(
          type === PieceType.NORMAL || type === PieceType.USER_DEFINED || type === PieceType.UNUSED,
        ),
    );
  }

  encodeUnits(units: Uint16Array): Encoding {
    const path = new Int32Array(units.length);
    let count = 0;
    for (let start = 0; start < units.length;) {
      const end = this.endOf(units, start);
      const id = this.tokenToId(stringOf(units.subarray(start, end)));
      if (id !== undefined && this.#textual[id]) path[count++] = id;
      else for (let p = start; p < end; p += unitsAt(units, p)) path[count++] = this.unkTokenId;
      start = end;
    }
    return this.vocabulary.spell(path.subarray(0, count), units);
  }

  tokenToId(token: string): number | undefined {
    return this.vocabulary.ids.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.vocabulary.pieces[id];
  }

  /** Where the piece that begins at `start` ends. */
  protected abstract endOf(units: Uint16Array, start: number): number;
}

/** Words as pieces; a word begins with each `▁`. */
export class SentencePieceWords extends PlainModel {
  constructor(pieces: readonly SentencePiece[], byteFallback: boolean) {
    super(pieces, "word", byteFallback);
  }

  protected override endOf(units: Uint16Array, start: number): number {
    const next = units.indexOf(META, start + 1);
    return next < 0 ? units.length : next;
  }
}

/** Characters and user-defined strings as pieces. */
export class SentencePieceCharacters extends PlainModel {
  #userDefined: UserDefinedPieces;

  constructor(pieces: readonly SentencePiece[], byteFallback: boolean) {
    super(pieces, "character", byteFallback);
    this.#userDefined = new UserDefinedPieces(pieces);
  }

  protected override endOf(units: Uint16Array, start: number): number {
    const own = this.#userDefined.match(units, start);
    return start + (own < 0 ? unitsAt(units, start) : this.vocabulary.lengths[own]);
  }
}
