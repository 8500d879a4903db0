import { pieceSpans } from "./_sentencepiece_vocabulary.ts";
import type { FullEncoding } from "./encoding.ts";
import type { SentencePieceModel } from "./formats/sentencepiece_model.ts";
import {
  META_SYMBOL,
  type SentencePieceNormalizer,
} from "./normalizers/sentencepiece_normalizer.ts";

/** What a {@linkcode SentencePieceEncoding} works out when one of these is first asked for. */
export interface EncodingDetails {
  readonly offsets: [number, number][];
  readonly wordIds: (number | undefined)[];
  /** Per token, the text that it came from; undefined for added tokens. */
  readonly sequenceIds: (number | undefined)[];
}

/** Ids and tokens now (they are known once a text is cut), everything else when it is read. */
export class SentencePieceEncoding implements FullEncoding {
  ids: number[];
  tokens: string[];
  // One field for all the rest: encodings are made by the thousand.
  #rest: (() => EncodingDetails) | Omit<FullEncoding, "ids" | "tokens">;

  constructor(ids: number[], tokens: string[], find: () => EncodingDetails) {
    this.ids = ids;
    this.tokens = tokens;
    this.#rest = find;
  }

  get #found(): Omit<FullEncoding, "ids" | "tokens"> {
    if (typeof this.#rest === "function") this.#rest = complete(this.#rest());
    return this.#rest;
  }

  /** All fields, so that the encoding can be written as JSON. */
  toJSON(): FullEncoding {
    return { ids: this.ids, tokens: this.tokens, ...this.#found };
  }

  get offsets(): [number, number][] {
    return this.#found.offsets;
  }

  get wordIds(): (number | undefined)[] {
    return this.#found.wordIds;
  }

  get sequenceIds(): (number | undefined)[] {
    return this.#found.sequenceIds;
  }

  get typeIds(): number[] {
    return this.#found.typeIds;
  }

  get attentionMask(): number[] {
    return this.#found.attentionMask;
  }

  get specialTokensMask(): number[] {
    return this.#found.specialTokensMask;
  }

  get overflowing(): FullEncoding[] {
    return this.#found.overflowing;
  }
}

function complete(details: EncodingDetails): Omit<FullEncoding, "ids" | "tokens"> {
  let type = 0; // an added token has the type of the text before it
  return {
    ...details,
    typeIds: details.sequenceIds.map((sequence) => type = sequence ?? type),
    attentionMask: details.sequenceIds.map(() => 1),
    specialTokensMask: details.sequenceIds.map((sequence) => Number(sequence === undefined)),
    overflowing: [],
  };
}

/** Where tokens that cover the whole text come from. */
export function pieceDetails(
  text: string,
  tokens: readonly string[],
  { model, normalizer }: { model: SentencePieceModel; normalizer: SentencePieceNormalizer },
): EncodingDetails {
  const { byteFallback = false, treatWhitespaceAsSuffix = false } = model.trainerSpec;
  const { escapeWhitespaces = true } = model.normalizerSpec;
  const spans = pieceSpans(tokens, byteFallback);
  const origins = normalizer.origins(text);
  const wordOf = wordNumbers(normalizer.normalizeUnits(text), {
    space: (escapeWhitespaces ? META_SYMBOL : " ").charCodeAt(0),
    asSuffix: treatWhitespaceAsSuffix,
  });
  return {
    offsets: tokens.map((_, i) => [origins[spans[2 * i]], origins[spans[2 * i + 1]]]),
    wordIds: tokens.map((_, i) => wordOf[spans[2 * i]]),
    sequenceIds: tokens.map(() => 0),
  };
}

/** The number of the word that each unit belongs to. */
function wordNumbers(
  units: Uint16Array,
  { space, asSuffix }: { space: number; asSuffix: boolean },
): Int32Array {
  const numbers = new Int32Array(units.length);
  let word = 0;
  for (let i = 1; i < units.length; i++) {
    const begins = units[i] === space && units[i - 1] !== space;
    const ended = units[i] !== space && units[i - 1] === space;
    if (asSuffix ? ended : begins) word++;
    numbers[i] = word;
  }
  return numbers;
}
