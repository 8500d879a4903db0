import type { Path } from "@heed/checkpoint";
import type { CrossAttention, EngineOptions, Seq2SeqAttentions } from "@heed/engine";
import type { Hypothesis } from "@heed/search";
import type { Runtime } from "./decide_runtime.ts";
import type { TranslationModel } from "./model.ts";
import type { TranslatorDevice } from "./translator.ts";

/** A model, and what is known about where it runs. */
export interface LoadedModel {
  readonly model: TranslationModel;
  readonly details: Pick<TranslatorDevice, "dtype" | "simd" | "threads">;
}

/** Loads models; each imports what it needs only when it is called. */
export interface ModelLoaders {
  /** Loads a model into the engine. */
  engine(
    directory: Path,
    options: Pick<EngineOptions, "dtype" | "threads" | "workerUrl">,
  ): Promise<LoadedModel>;
  /** Starts tfjs on a device; the error is about the device. */
  startTfjs(device: Runtime["device"]): Promise<void>;
  /** Loads a model into tfjs, which has been started. */
  tfjs(directory: Path, device: Runtime["device"]): Promise<LoadedModel>;
}

/** What loads models in earnest. */
export const modelLoaders: ModelLoaders = {
  async engine(directory, options) {
    const { Seq2SeqEngine } = await import("@heed/engine");
    const engine = await Seq2SeqEngine.load(directory, options);
    const { dtype, simd, concurrency } = engine;
    const model = translationModel(engine, { concurrency });
    return { model, details: { dtype, simd, threads: concurrency } };
  },
  async startTfjs(device) {
    const { selectDevice } = await import("@heed/nn");
    await selectDevice({ prefer: device });
  },
  async tfjs(directory, device) {
    const { loadEncoderDecoder } = await import("@heed/seq2seq");
    return {
      model: translationModel(await loadEncoderDecoder(directory, { device })),
      details: {},
    };
  },
};

/** What the engine's models and those of tfjs have in common. */
interface EncoderDecoder {
  readonly config: { readonly maxPositionEmbeddings: number };
  generate: TranslationModel["generate"];
  score(inputIds: number[][], targetIds: number[][]): Promise<Hypothesis[]>;
  crossAttention(inputIds: number[], targetIds: number[]): Promise<CrossAttention>;
  attentions(inputIds: number[], targetIds: number[]): Promise<Seq2SeqAttentions>;
  dispose(): void;
}

function translationModel(
  model: EncoderDecoder,
  { concurrency }: { concurrency?: number } = {},
): TranslationModel {
  const { maxPositionEmbeddings } = model.config;
  return {
    maxSourceTokens: maxPositionEmbeddings,
    maxTargetTokens: maxPositionEmbeddings - 1, // one position is the start token's
    ...(concurrency !== undefined && { concurrency }),
    generate: (inputIds, options) => model.generate(inputIds, options),
    score: (inputIds, targetIds) => model.score(inputIds, targetIds),
    crossAttention: (inputIds, targetIds) => model.crossAttention(inputIds, targetIds),
    attentions: (inputIds, targetIds) => model.attentions(inputIds, targetIds),
    dispose: () => model.dispose(),
  };
}
