import { z } from "zod";

const count = z.int().min(1);
const text = z.string().min(1);
const rate = z.number().min(0).lt(1);

const rnnSizes = z.strictObject({
  embeddingSize: count,
  encoderHiddenSize: count,
  decoderHiddenSize: count,
  attentionSize: count,
  encoderLayers: count.default(1),
  decoderLayers: count.default(1),
});
const transformerSizes = z.strictObject({
  hiddenSize: count,
  encoderLayers: count,
  decoderLayers: count,
  encoderAttentionHeads: count,
  decoderAttentionHeads: count,
  encoderFfnDim: count,
  decoderFfnDim: count,
});

const training = z.strictObject({
  steps: count,
  tokens: count,
  learningRate: z.number().positive(),
  warmupSteps: count,
  labelSmoothing: rate,
  dropout: rate,
  evaluateEvery: count,
  workers: count,
});
/** What may differ from model to model, so that each is trained as suits it. */
const ownTraining = training.omit({ labelSmoothing: true, workers: true }).partial();

const schema = z.strictObject({
  seed: z.int().min(0).max(2 ** 32 - 1),
  sourceLanguage: text,
  targetLanguage: text,
  data: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("files"),
      train: text,
      dev: text,
      test: text,
      testSentences: count.optional(),
      alignment: text,
      minWords: count,
      maxWords: count,
      devPairs: count,
    }),
    z.strictObject({
      kind: z.literal("made"),
      maxClauses: count,
      trainPairs: count,
      devPairs: count,
      testPairs: count,
      alignmentPairs: count,
    }),
  ]),
  vocabSize: count,
  maxTokens: count,
  models: z.strictObject({
    rnnencdec: rnnSizes,
    rnnsearch: rnnSizes,
    transformer: transformerSizes,
  }),
  training: training.extend({
    /** Sentences of the dev set whose translations are scored at every evaluation. */
    bleuSentences: count.optional(),
    models: z.strictObject({
      rnnencdec: ownTraining,
      rnnsearch: ownTraining,
      transformer: ownTraining,
    }).partial().optional(),
  }),
  search: z.strictObject({ numBeams: count, rows: count }),
  scores: z.strictObject({
    bins: z.array(count).min(1),
    longerThan: count,
    resamples: count,
  }),
  alignmentSamples: count,
  positions: z.strictObject({
    sizes: transformerSizes,
    steps: count,
    shown: count,
  }),
  timings: z.strictObject({
    lengths: z.array(count).min(2),
    batches: z.array(count).min(1),
    rounds: count,
  }),
});

/** All numbers of an experiment, from a JSON file beside this one. */
export type ExperimentConfig = z.infer<typeof schema>;

/** Sizes of a recurrent model. */
export type RnnSizes = z.infer<typeof rnnSizes>;

/** Sizes of a Transformer. */
export type TransformerSizes = z.infer<typeof transformerSizes>;

/** The architectures in the order of their history, which is that of every table and figure. */
export const architectures = ["rnnencdec", "rnnsearch", "transformer"] as const;

/** One of them. */
export type Architecture = typeof architectures[number];

/** Names for people. */
export const names: Readonly<Record<Architecture, string>> = {
  rnnencdec: "RNNencdec",
  rnnsearch: "RNNsearch",
  transformer: "Transformer",
};

/** How one model is trained. */
export type TrainingSetup = z.infer<typeof training>;

/** What holds for all models, with what a model has of its own. */
export function trainingOf(
  { training: { models, bleuSentences: _, ...shared } }: Pick<ExperimentConfig, "training">,
  architecture: Architecture,
): TrainingSetup {
  return { ...shared, ...models?.[architecture] };
}

/** Checks the numbers of an experiment; a wrong or unknown key is named with its path. */
export function parseExperimentConfig(json: unknown): ExperimentConfig {
  const result = schema.safeParse(json);
  if (!result.success) {
    throw new SyntaxError(
      `Cannot use the experiment's configuration:\n${z.prettifyError(result.error)}`,
    );
  }
  const { bins, longerThan } = result.data.scores;
  if (bins.some((bin, i) => i > 0 && bin <= bins[i - 1]) || !bins.includes(longerThan)) {
    throw new SyntaxError(
      `Cannot use the experiment's configuration: scores.bins ${bins.join(", ")} must rise, and ` +
        `scores.longerThan ${longerThan} must be one of them`,
    );
  }
  return result.data;
}
