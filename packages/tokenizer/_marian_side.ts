import type { EncodingDetails } from "./_sentencepiece_encoding.ts";
import type { FullEncoding } from "./encoding.ts";
import type { SampleOptions, SentencePieceTokenizer } from "./sentencepiece_tokenizer.ts";

/** A text's tokens in parts, each in the hands of the SentencePiece model or one token that bypasses it. */
export class MarianTokens {
  readonly ids: number[] = [];
  readonly tokens: string[] = [];
  #parts: { start: number; length: number; pieces?: FullEncoding; sequence?: number }[] = [];

  /** Adds one token that stands for `length` units of the text from `start`; an added one has no `sequence`. */
  push(id: number, token: string, place: { start: number; length: number; sequence?: number }) {
    this.ids.push(id);
    this.tokens.push(token);
    this.#parts.push(place);
  }

  /** Adds the pieces of the text from `start`, with their ids in the vocabulary. */
  append(
    pieces: FullEncoding,
    idOf: (index: number) => number,
    place: { start: number; sequence: number },
  ): void {
    for (let i = 0; i < pieces.ids.length; i++) {
      this.ids.push(idOf(i));
      this.tokens.push(pieces.tokens[i]);
    }
    this.#parts.push({ ...place, length: 0, pieces });
  }

  details(): EncodingDetails {
    const offsets: [number, number][] = [];
    const wordIds: (number | undefined)[] = [];
    const sequenceIds: (number | undefined)[] = [];
    let words = 0;
    for (const [i, { start, length, pieces, sequence }] of this.#parts.entries()) {
      if (sequence !== this.#parts[i - 1]?.sequence) words = 0; // each text numbers its words
      if (pieces === undefined) {
        offsets.push([start, start + length]);
        wordIds.push(sequence === undefined ? undefined : words++);
        sequenceIds.push(sequence);
        continue;
      }
      for (const [from, to] of pieces.offsets) offsets.push([start + from, start + to]);
      for (const word of pieces.wordIds) wordIds.push(words + word!);
      for (const _ of pieces.ids) sequenceIds.push(sequence);
      words += (pieces.wordIds.at(-1) ?? -1) + 1;
    }
    return { offsets, wordIds, sequenceIds };
  }
}

/** One side's pieces and their ids in the shared vocabulary. */
export class MarianSide {
  #special: ReadonlyMap<string, number>;
  #unkTokenId: number;
  #idOfPiece: Int32Array;

  constructor(
    readonly pieces: SentencePieceTokenizer,
    readonly vocab: ReadonlyMap<string, number>,
    special: ReadonlyMap<string, number>,
    unkTokenId: number,
  ) {
    this.#special = special;
    this.#unkTokenId = unkTokenId;
    this.#idOfPiece = Int32Array.from(
      pieces.model.pieces,
      ({ piece }) => this.tokenToId(piece) ?? unkTokenId,
    );
  }

  tokenToId(token: string): number | undefined {
    return this.#special.get(token) ?? this.vocab.get(token);
  }

  /** Adds the tokens of a text that has no special token in it; it begins at `start` of the whole text. */
  append(
    text: string,
    tokens: MarianTokens,
    { sampling, ...place }: { start: number; sequence: number; sampling?: SampleOptions },
  ): void {
    let { start } = place;
    if (text.startsWith(">>")) {
      const length = text.indexOf("<<") + 2;
      if (length >= 2) {
        const code = text.slice(0, length);
        tokens.push(this.tokenToId(code) ?? this.#unkTokenId, code, { ...place, length });
        text = text.slice(length);
        start += length;
      }
    }
    const pieces = sampling ? this.pieces.sample(text, sampling) : this.pieces.encode(text);
    const unk = this.pieces.unkTokenId;
    // A run of unknown characters may still be a token of the vocabulary.
    const idOf = (i: number) =>
      pieces.ids[i] === unk
        ? this.tokenToId(pieces.tokens[i]) ?? this.#unkTokenId
        : this.#idOfPiece[pieces.ids[i]];
    tokens.append(pieces, idOf, { ...place, start });
  }
}
