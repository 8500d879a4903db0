import { type AddedToken, AddedTokenFinder } from "./added_tokens.ts";
import type { Pipeline } from "./formats/tokenizer_json.ts";
import { Bpe } from "./models/bpe.ts";
import { ByteLevel } from "./pre_tokenizers/byte_level.ts";
import { type PreTokenizer, PreTokenizerSequence } from "./pre_tokenizers/pre_tokenizer.ts";

/** A pipeline with what encoding looks up in it. */
export interface PreparedPipeline extends Pipeline {
  /** Finds added tokens in texts as they are given. */
  readonly rawFinder: AddedTokenFinder | undefined;
  /** Finds added tokens in normalised texts. */
  readonly normalizedFinder: AddedTokenFinder | undefined;
  /** The steps of the pre-tokenizer before a byte-level step at its end. */
  readonly leadingSteps: readonly PreTokenizer[];
  /** That step: it is left to the words that are not remembered. */
  readonly byteLevel: ByteLevel | undefined;
  /** Whether the same text may be encoded differently the next time. */
  readonly isRandom: boolean;
  /** What an added token's id is called: a normalised token by its normalised content. */
  readonly addedTexts: ReadonlyMap<number, string>;
}

/** Looks up once what every encoding needs. */
export function preparePipeline(pipeline: Pipeline): PreparedPipeline {
  const { addedTokens, normalizer, preTokenizer, model } = pipeline;
  const addedTexts = new Map(addedTokens.map((token) => {
    const text = token.normalized ? normalizer?.normalize(token.content) : undefined;
    return [token.id, text ?? token.content];
  }));
  const nameOf = ({ normalized, content, id }: AddedToken) =>
    normalized ? addedTexts.get(id)! : content;
  const finder = (tokens: AddedToken[]) =>
    tokens.length === 0
      ? undefined
      : new AddedTokenFinder(tokens.map((token) => [nameOf(token), token]));
  const steps = preTokenizer === undefined ? [] : flatten(preTokenizer);
  const last = steps.at(-1);
  const byteLevel = last instanceof ByteLevel ? last : undefined;
  return {
    ...pipeline,
    rawFinder: finder(addedTokens.filter(({ normalized }) => !normalized)),
    normalizedFinder: finder(addedTokens.filter(({ normalized }) => normalized)),
    leadingSteps: byteLevel === undefined ? steps : steps.slice(0, -1),
    byteLevel,
    isRandom: model instanceof Bpe && model.isRandom,
    addedTexts,
  };
}

function flatten(preTokenizer: PreTokenizer): PreTokenizer[] {
  return preTokenizer instanceof PreTokenizerSequence
    ? preTokenizer.parts.flatMap(flatten)
    : [preTokenizer];
}
