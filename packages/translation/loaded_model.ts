import type { EngineOptions } from "@heed/engine";
import type { EncoderDecoder, ModelDirectory } from "@heed/model";
import type { Device } from "@heed/nn";
import type { GenerateOptions } from "@heed/search";
import type { Runtime } from "./decide_runtime.ts";
import type { TranslationModel } from "./model.ts";
import { limitChoice, selectIds } from "./shortlist/limit_choice.ts";
import type { Shortlist } from "./shortlist/shortlist.ts";
import { readShortlist } from "./shortlist/shortlist_file.ts";
import type { TranslatorDevice } from "./translator_parts.ts";

/** A model, and what is known about where it runs. */
export interface LoadedModel {
  readonly model: TranslationModel;
  readonly details: Pick<TranslatorDevice, "dtype" | "simd" | "threads" | "shortlist">;
}

/** What every loader is told. */
export interface ModelOptions {
  /** Whether the model's shortlist is used, if it has one. */
  readonly shortlist: boolean;
}

/** Loads models; each imports what it needs only when it is called. */
export interface ModelLoaders {
  /** Loads a model into the engine. */
  engine(
    directory: ModelDirectory,
    options:
      & Pick<EngineOptions, "dtype" | "threads" | "workerUrl" | "keepCallerFree">
      & ModelOptions,
  ): Promise<LoadedModel>;
  /** Starts tfjs on a device; the error is about the device. */
  startTfjs(device: Runtime["device"]): Promise<Device>;
  /** Loads a model into tfjs, on a device that has been started. */
  tfjs(directory: ModelDirectory, device: Device, options: ModelOptions): Promise<LoadedModel>;
}

/** What loads models in earnest. */
export const modelLoaders: ModelLoaders = {
  async engine(directory, { shortlist: wanted, ...options }) {
    const { Seq2SeqEngine } = await import("@heed/engine");
    const engine = await Seq2SeqEngine.load(directory, options);
    const { dtype, simd, concurrency } = engine;
    const shortlist = wanted ? await shortlistOf(engine, directory) : undefined;
    const model = translationModel(engine, {
      limit: shortlist && ((inputIds, options) => ({
        ...options,
        shortlist: selectIds(shortlist, inputIds, options),
      })),
    });
    const details = { dtype, simd, threads: concurrency };
    return { model, details: shortlist ? { ...details, shortlist: true } : details };
  },
  async startTfjs(device) {
    const { selectDevice } = await import("@heed/nn");
    return await selectDevice({ prefer: device });
  },
  async tfjs(directory, device, { shortlist: wanted }) {
    const { loadModel } = await import("@heed/seq2seq");
    const loaded = await loadModel(directory, { device });
    const shortlist = wanted ? await shortlistOf(loaded, directory) : undefined;
    const model = translationModel(loaded, {
      limit: shortlist && ((inputIds, options) => {
        const selected = selectIds(shortlist, inputIds, options);
        return selected ? { ...options, logitsProcessors: [limitChoice(selected)] } : options;
      }),
    });
    return { model, details: shortlist ? { shortlist: true } : {} };
  },
};

/** The shortlist of a model that was just loaded; when it cannot be read, nobody will use the model. */
async function shortlistOf(
  model: EncoderDecoder,
  directory: ModelDirectory,
): Promise<Shortlist | undefined> {
  try {
    return await readShortlist(directory, model.config);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** A model whose searches choose from a shortlist. */
function translationModel(
  model: EncoderDecoder,
  { limit = (_, options) => options }: {
    /** Adds to the options of a search which ids it chooses from. */
    limit?: (inputIds: number[][], options: GenerateOptions) => GenerateOptions;
  },
): TranslationModel {
  return {
    maxSourceTokens: model.maxSourceTokens,
    maxTargetTokens: model.maxTargetTokens,
    concurrency: model.concurrency,
    generate: (inputIds, options) => model.generate(inputIds, limit(inputIds, options)),
    crossAttention: (inputIds, targetIds) => model.crossAttention(inputIds, targetIds),
    crossAttentions: model.crossAttentions &&
      ((inputIds, targetIds, options) => model.crossAttentions!(inputIds, targetIds, options)),
    attentions: (inputIds, targetIds) => model.attentions(inputIds, targetIds),
    dispose: () => model.dispose(),
  };
}
