import { deriveSeed } from "@heed/nn";
import type { MarianTokenizer } from "@heed/tokenizer";
import type { EncodedPair, RecordPlace } from "@heed/training";
import type { SamplingConfig } from "./config.ts";
import { languageTokenPattern } from "./tokenizer.ts";

/** Turns a pair of the training data into ids; the same pair at the same place gives the same ids. */
export type PairEncoder = (source: string, target: string, at: RecordPlace) => EncodedPair;

/**
 * Encodes pairs of training data.
 *
 * @returns A function that throws a RangeError at a source that asks for a target language by a token that the
 * tokenizer does not have: the model could not tell it from any other.
 */
export function pairEncoder(tokenizer: MarianTokenizer): PairEncoder {
  return (source, target) => {
    assertLanguageToken(source, tokenizer);
    return {
      inputIds: tokenizer.encode(source).ids,
      labels: tokenizer.encodeTarget(target).ids,
    };
  };
}

/** As {@linkcode pairEncoder}, but cuts texts at random: in another way in each epoch, by the seed of the run. */
export function samplingEncoder(
  tokenizer: MarianTokenizer,
  { sampling, seed }: { sampling: SamplingConfig; seed: number },
): PairEncoder {
  const { alpha, nbestSize: nBest = -1 } = sampling;
  return (source, target, { epoch, file, line }) => {
    assertLanguageToken(source, tokenizer);
    const drawn = (side: string) => ({
      sampling: { alpha, nBest, seed: deriveSeed(seed, "sampling", epoch, file, line, side) },
    });
    return {
      inputIds: tokenizer.encode(source, drawn("source")).ids,
      labels: tokenizer.encodeTarget(target, drawn("target")).ids,
    };
  };
}

function assertLanguageToken(source: string, { languageCodes }: MarianTokenizer): void {
  const code = languageTokenPattern.exec(source)?.[1];
  if (code !== undefined && !languageCodes.includes(code)) {
    throw new RangeError(
      `Cannot train on a source that begins with >>${code}<<: the tokenizer has no such token; ` +
        "list the code in tokenizer.languageCodes, or begin with a model that has the token",
    );
  }
}
