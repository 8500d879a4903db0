import { deriveSeed } from "@heed/nn";
import { type MarianTokenizer, SentencePieceTokenizer } from "@heed/tokenizer";
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
  const sample = sampler(tokenizer, sampling);
  return (source, target, { epoch, file, line }) => {
    assertLanguageToken(source, tokenizer);
    const seedOf = (side: string) => deriveSeed(seed, "sampling", epoch, file, line, side);
    return {
      inputIds: sample("source", source, seedOf("source")),
      labels: sample("target", target, seedOf("target")),
    };
  };
}

/** The one place that cuts at random: a side's text to the ids of a drawn cut, with the end token. */
function sampler(
  tokenizer: MarianTokenizer,
  { alpha, nbestSize: nBest = -1 }: SamplingConfig,
): (side: "source" | "target", text: string, seed: number) => number[] {
  const files = tokenizer.files();
  const vocabulary = (name: string) =>
    new Map<string, number>(Object.entries(JSON.parse(new TextDecoder().decode(files[name]))));
  const source = vocabulary("vocab.json");
  const sides = {
    source: { pieces: SentencePieceTokenizer.load(files["source.spm"]), ids: source },
    target: {
      pieces: SentencePieceTokenizer.load(files["target.spm"]),
      ids: "target_vocab.json" in files ? vocabulary("target_vocab.json") : source,
    },
  };
  return (side, text, seed) => {
    const { pieces, ids } = sides[side];
    const token = side === "source" ? languageTokenPattern.exec(text)?.[0].trimEnd() ?? "" : "";
    const { tokens } = pieces.sample(text.slice(token.length), { alpha, nBest, seed });
    return [
      ...[...token === "" ? [] : [token], ...tokens]
        .map((piece) => ids.get(piece) ?? tokenizer.unkTokenId),
      tokenizer.eosTokenId,
    ];
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
