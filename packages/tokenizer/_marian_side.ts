import type { SentencePieceTokenizer } from "./sentencepiece_tokenizer.ts";
import type { Encoding } from "./tokenizer.ts";

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

  /** Adds the tokens of a text that has no special token in it. */
  append(text: string, encoding: Encoding): void {
    if (text.startsWith(">>")) {
      const end = text.indexOf("<<") + 2;
      if (end >= 2) {
        const code = text.slice(0, end);
        push(encoding, this.tokenToId(code) ?? this.#unkTokenId, code);
        text = text.slice(end);
      }
    }
    const { ids, tokens } = this.pieces.encode(text);
    const unk = this.pieces.unkTokenId;
    for (let i = 0; i < ids.length; i++) {
      // A run of unknown characters may still be a token of the vocabulary.
      const id = ids[i] === unk
        ? this.tokenToId(tokens[i]) ?? this.#unkTokenId
        : this.#idOfPiece[ids[i]];
      push(encoding, id, tokens[i]);
    }
  }
}

/** Adds one token. */
export function push(encoding: Encoding, id: number, token: string): void {
  encoding.ids.push(id);
  encoding.tokens.push(token);
}
