import { deriveSeed, randomWord } from "@heed/nn";
import { shuffle } from "@heed/training";
import { NO_LABEL } from "../loss.ts";

/** How words are hidden from a masked language model. */
export interface MaskingOptions {
  /** Seed; the same one hides the same words. */
  readonly seed: number;
  /** Number of token ids; random tokens are drawn from them. */
  readonly vocabSize: number;
  /** The token that stands where a word is hidden. */
  readonly maskTokenId: number;
  /** Tokens that are never hidden, nor put in the place of others. */
  readonly specialTokenIds: ReadonlySet<number>;
  /** Share of the tokens that are to be guessed; default 0.15. */
  readonly rate?: number;
  /** Tells whether a token goes on with the word of the one before: words are hidden whole. Default: each token for itself. */
  readonly continuesWord?: (id: number) => boolean;
}

/** A text with hidden words. */
export interface MaskedText {
  /** What the model reads. */
  readonly inputIds: number[];
  /** What it has to guess: an id for each token that counts, `NO_LABEL` for the others. */
  readonly labels: number[];
}

/**
 * Hides words as BERT does (Devlin et al. 2019, section 3.1): of the tokens that are to be guessed 80 % become the mask,
 * 10 % a random token, and 10 % stay as they are.
 *
 * @param ids The text with its special tokens.
 * @param options Seed, vocabulary, share, whole words.
 * @returns The text to read, and what is to be guessed: at least one token, where there is one.
 *
 * @example
 * ```ts
 * import { maskTokens } from "@heed/bert/training";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { seed: 1, vocabSize: 100, maskTokenId: 4, specialTokenIds: new Set([2, 3, 4]) };
 * const { inputIds, labels } = maskTokens([2, 50, 51, 52, 3], options);
 * assertEquals([inputIds[0], inputIds[4]], [2, 3]);
 * assertEquals(labels.filter((label) => label >= 0).length, 1);
 * ```
 */
export function maskTokens(
  ids: readonly number[],
  { seed, vocabSize, maskTokenId, specialTokenIds, rate = 0.15, continuesWord }: MaskingOptions,
): MaskedText {
  const words: number[][] = [];
  ids.forEach((id, place) => {
    if (specialTokenIds.has(id)) return;
    const last = words.at(-1);
    if (last && continuesWord?.(id) && last[last.length - 1] === place - 1) last.push(place);
    else words.push([place]);
  });
  const count = words.reduce((sum, { length }) => sum + length, 0);
  const wanted = Math.max(1, Math.round(rate * count));
  const inputIds = [...ids], labels = ids.map(() => NO_LABEL);
  let hidden = 0;
  for (const word of shuffle(words, deriveSeed(seed, "words"))) {
    // A word that would be too much is passed over, unless nothing is hidden yet.
    if (hidden >= wanted) break;
    if (hidden > 0 && hidden + word.length > wanted) continue;
    hidden += word.length;
    for (const place of word) {
      labels[place] = ids[place];
      const chance = uniform(seed, "kind", place);
      if (chance < 0.8) inputIds[place] = maskTokenId;
      else if (chance < 0.9) {
        inputIds[place] = randomToken(deriveSeed(seed, "token", place), {
          vocabSize,
          specialTokenIds,
        });
      }
    }
  }
  return { inputIds, labels };
}

/** Between 0 and 1. */
function uniform(seed: number, ...path: (string | number)[]): number {
  return deriveSeed(seed, ...path) / 2 ** 32;
}

function randomToken(
  seed: number,
  { vocabSize, specialTokenIds }: Pick<MaskingOptions, "vocabSize" | "specialTokenIds">,
): number {
  for (let i = 0;; i++) {
    const id = Math.floor(randomWord(seed, i) / 2 ** 32 * vocabSize);
    if (!specialTokenIds.has(id) || i > 1000) return id;
  }
}
