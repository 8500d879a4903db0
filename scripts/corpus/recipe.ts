import { z } from "zod";
import { slotTokens } from "@heed/translation";
import { MIN_WORDS } from "./joined.ts";
import { defaultRules } from "./rules.ts";

const share = z.number().gt(0).max(1);

/** A share of nothing is allowed where it says how often something is done. */
const rate = z.number().min(0).max(1);

const recipeSchema = z.strictObject({
  sourceLanguage: z.string().min(2),
  targetLanguage: z.string().min(2),
  /** Whether the first column of all files is the target, and the second the source; also of the one that is written. */
  reverse: z.boolean().default(false),
  /** Files of pairs (`.tsv`, `.tsv.xz` or `.tsv.gz`), relative to the folder of the data. */
  inputs: z.array(z.string().min(1)).min(1),
  /** Files whose sentences are kept out of the training text, by themselves and by eight words in a row. */
  heldOut: z.array(z.string().min(1)).default([]),
  rules: z.strictObject({
    maxWords: z.int().min(1).default(defaultRules.maxWords),
    maxWordCharacters: z.int().min(1).default(defaultRules.maxWordCharacters),
    maxLengthRatio: z.number().min(1).default(defaultRules.maxLengthRatio),
    minLetters: z.number().min(0).max(1).default(defaultRules.minLetters),
    minLanguageWords: z.int().min(1).default(defaultRules.minLanguageWords),
  }).prefault({}),
  /** Documents that are left out, each a pattern of `package/document`, with the reason. */
  leaveOut: z.array(z.strictObject({ document: z.string(), reason: z.string() })).default([]),
  /** How much of what is taken: the first entry that fits a pair decides. */
  mixture: z.array(z.strictObject({
    document: z.string().default(""),
    maxWords: z.int().min(1).optional(),
    /** Share of the pairs, drawn by a hash of the pair: the same ones every time. */
    share: share.optional(),
    /** How often each is written. */
    repeat: z.int().min(1).optional(),
  })).default([]),
  /** Teaches long texts: sentences that follow each other in a document become one. */
  joined: z.strictObject({
    /** Share of the pairs that begin such a text; those that follow them are in it. */
    share: rate.default(0.1),
    /** Most words of its source. */
    maxWords: z.int().min(MIN_WORDS).default(45),
  }).optional(),
  /** Teaches to copy: spans that stand alike on both sides become slots. */
  slots: z.strictObject({
    /** Share of the pairs in which protected spans become slots. */
    share: rate.default(0.5),
    /** Share of the other pairs in which a word or two do. */
    wordShare: rate.default(0.07),
    /** Most slots of a pair. */
    tokens: z.int().min(1).max(slotTokens.length).default(slotTokens.length),
  }).optional(),
  /** Share of the pairs that get each kind of noise. */
  noise: z.strictObject({
    capitals: rate.default(0),
    lowerCase: rate.default(0),
    noFullStop: rate.default(0),
  }).refine(
    ({ capitals, lowerCase, noFullStop }) => capitals + lowerCase + noFullStop <= 1,
    "the shares must be 1 together, or less",
  ).optional(),
  /** Whether the lines are shuffled: always into the same order. All of them are in memory then. */
  shuffle: z.boolean().default(false),
});

/** How a training text is made of others. */
export type Recipe = z.infer<typeof recipeSchema>;

/**
 * Checks a recipe.
 *
 * @param json What the file holds.
 * @returns The recipe, silent values filled in.
 * @throws {RangeError} With all problems, each at its place.
 */
export function parseRecipe(json: unknown): Recipe {
  const result = recipeSchema.safeParse(json);
  if (result.success) return result.data;
  throw new RangeError(`Cannot use the recipe:\n${z.prettifyError(result.error)}`);
}
