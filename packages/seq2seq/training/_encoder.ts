import { deriveSeed } from "@heed/nn";
import type { MarianTokenizer } from "@heed/tokenizer";
import type { EncodedPair, RecordPlace, Unusable } from "@heed/training";
import type { SamplingConfig } from "./config.ts";
import { languageTokenPattern } from "./tokenizer.ts";

/**
 * Turns a pair of the training data into ids; the same pair at the same place gives the same ids. A source that asks
 * for a target language by a token that the tokenizer does not have, which the model could not tell from any other, is
 * unusable; where the tokenizer has such tokens, it is a RangeError.
 */
export type PairEncoder = (
  source: string,
  target: string,
  at: RecordPlace,
) => EncodedPair | Unusable;

/** Encodes pairs of training data. */
export function pairEncoder(tokenizer: MarianTokenizer): PairEncoder {
  return (source, target) =>
    unknownToken(source, tokenizer) ?? {
      inputIds: tokenizer.encode(source).ids,
      labels: tokenizer.encodeTarget(target).ids,
    };
}

/** As {@linkcode pairEncoder}, but cuts texts at random: in another way in each epoch, by the seed of the run. */
export function samplingEncoder(
  tokenizer: MarianTokenizer,
  { sampling, seed }: { sampling: SamplingConfig; seed: number },
): PairEncoder {
  const { alpha, nbestSize: nBest = -1 } = sampling;
  return (source, target, { epoch, file, line }) => {
    const drawn = (side: string) => ({
      sampling: { alpha, nBest, seed: deriveSeed(seed, "sampling", epoch, file, line, side) },
    });
    return unknownToken(source, tokenizer) ?? {
      inputIds: tokenizer.encode(source, drawn("source")).ids,
      labels: tokenizer.encodeTarget(target, drawn("target")).ids,
    };
  };
}

/** Among sources with tokens one that is not known is a mistake; among others it is as likely to be some text. */
function unknownToken(
  source: string,
  { languageCodes }: MarianTokenizer,
): Unusable | undefined {
  const code = languageTokenPattern.exec(source)?.[1];
  if (code === undefined || languageCodes.includes(code)) return undefined;
  const problem = `begins with >>${code}<<: the tokenizer has no such token; list the code in ` +
    "tokenizer.languageCodes, or begin with a model that has the token";
  if (languageCodes.length === 0) return { problem: `the source ${problem}` };
  throw new RangeError(`Cannot train on a source that ${problem}`);
}
