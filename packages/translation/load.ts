import { files } from "@heed/checkpoint";
import { languageCodesOf, type MarianTokenizer } from "@heed/tokenizer";
import { type ModelDirectory, type ModelSource, openModel, refusalOf } from "@heed/model";
import type { EngineDType } from "@heed/engine";
import type { Device } from "@heed/nn";
import { requestAdapter } from "@heed/nn/adapter";
import { readConfidence } from "./confidence/confidence_calibration.ts";
import {
  decideRuntime,
  type Machine,
  type ModelConfig,
  type RequestedDevice,
  type Runtime,
  type RuntimeRequest,
} from "./decide_runtime.ts";
import { type LanguagePair, modelLanguages } from "./languages.ts";
import { type ModelLoaders, modelLoaders } from "./loaded_model.ts";
import { positiveInteger } from "./search_options.ts";
import { hasShortlist } from "./shortlist/shortlist_file.ts";
import type { TranslatorParts } from "./translator_parts.ts";

/** Options of `Translator.load`. */
export interface LoadOptions extends RuntimeRequest {
  /**
   * Device by name, or `"auto"` (default): the environment variable `HEED_DEVICE` if it is set, else WebGPU on a
   * real GPU, else WASM. On WASM the engine computes where it can run the model, else tfjs.
   */
  readonly device?: RequestedDevice;
  /**
   * What the engine keeps the weights in: `int8` (its default) is several times faster, `fp32` exact. Asks
   * for the engine, and is refused where it cannot run.
   */
  readonly dtype?: EngineDType;
  /**
   * Threads that the engine computes on; the environment variable `HEED_THREADS` if left out, else the
   * engine's default. tfjs computes on one.
   */
  readonly threads?: number;
  /**
   * Whether sentences are translated into the tokens of the model's shortlist alone, if it has one
   * (`shortlist.safetensors`); faster in the engine, and on every device the same choice. Default true.
   */
  readonly shortlist?: boolean;
  /** Module of the engine's workers, for bundles that do not have it beside the engine: `@heed/engine/worker`. */
  readonly workerUrl?: string | URL;
  /**
   * Whether the engine never computes on the thread that calls it, so that a server answers meanwhile. Default false:
   * what is alone is translated without a worker.
   */
  readonly keepCallerFree?: boolean;
  /**
   * Tokens of a sentence above which it is split at a clause mark; never above the model's limit, and `Infinity`
   * for that. Default 40: small models begin to repeat themselves and to leave words out. (The shipped model,
   * greedy, on every 8th line of a handbook: 18.0 BLEU unsplit, 20.8 at 48, 21.7 at 36 tokens; on shorter texts
   * 17.9, 18.0 and 17.9.)
   */
  readonly maxSentenceTokens?: number;
}

/** The machine that this runs on. */
const thisMachine: Machine = {
  environment: (name) => files.environment(name),
  requestAdapter,
  refusal: (runner, config) => refusalOf(runner, config, "translation"),
};

/** What the loading reaches for; tests replace parts of it. */
export interface LoadContext {
  readonly machine?: Machine;
  readonly loaders?: ModelLoaders;
}

/** Reads what a translator is made of; each file of the directory once. */
export async function loadTranslatorParts(
  model: ModelSource,
  { device: requested, dtype, threads, maxSentenceTokens = 40, ...rest }: LoadOptions,
  { machine = thisMachine, loaders = modelLoaders }: LoadContext = {},
): Promise<TranslatorParts> {
  if (threads !== undefined) positiveInteger("threads", threads);
  const request = { device: requested, dtype };
  const directory = await openModel(model);
  await directory.checkMarianFiles();
  const shortlist = (rest.shortlist ?? true) && await hasShortlist(directory);
  // Reading begins first: while an adapter is asked for, Deno does nothing else on this thread.
  const reading = Promise.all([readTokenizer(directory), readConfidence(directory)]);
  const deciding = directory.json("config.json").then((config) =>
    startRuntime(config, { request, machine, loaders })
  );
  const [[{ tokenizer, languages }, confidence], { runtime, started }] = await Promise.all([
    reading,
    deciding,
  ]);
  const { engine, device, reason } = runtime;
  const { workerUrl, keepCallerFree } = rest;
  const options = {
    ...{ dtype, threads, shortlist },
    ...(workerUrl === undefined ? {} : { workerUrl }),
    ...(keepCallerFree === undefined ? {} : { keepCallerFree }),
  };
  const { model: loaded, details } = started === undefined
    ? await loaders.engine(directory, options)
    : await loaders.tfjs(directory, started, { shortlist });
  return {
    tokenizer,
    languages,
    device: { name: device, reason, engine, ...details },
    maxSentenceTokens,
    confidence,
    model: loaded,
  };
}

/**
 * Reads what a translator is made of, each file of the directory once: for those who put something between a
 * translator and its model. Others take `Translator.load`.
 *
 * @param model Model directory (path, URL, or open), or a model package's assets.
 * @param options Device, numbers of the weights, threads.
 * @returns The parts; the model in them is to be disposed by the caller.
 * @throws {Error} When files are missing or wrong, or the device cannot be had.
 *
 * @example
 * ```ts
 * import { translatorParts, Translator } from "@heed/translation";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const parts = await translatorParts(assets, { device: "wasm", threads: 1 });
 * let sentences = 0;
 * const model: typeof parts.model = {
 *   ...parts.model,
 *   maxSourceTokens: parts.model.maxSourceTokens,
 *   maxTargetTokens: parts.model.maxTargetTokens,
 *   generate: (ids, options) => {
 *     sentences += ids.length;
 *     return parts.model.generate(ids, options);
 *   },
 *   crossAttention: (source, target) => parts.model.crossAttention(source, target),
 *   dispose: () => parts.model.dispose(),
 * };
 * using translator = new Translator({ ...parts, model });
 * await translator.translate(["Open the file. Then close it."]);
 * assertEquals(sentences, 2);
 * ```
 */
export function translatorParts(
  model: ModelSource,
  options: LoadOptions = {},
): Promise<TranslatorParts> {
  return loadTranslatorParts(model, options);
}

/** Decides what runs the model. A WebGPU that was not asked for by name, and does not start, is passed over. */
async function startRuntime(
  config: ModelConfig,
  { loaders, ...choice }: {
    request: RuntimeRequest;
    machine: Machine;
    loaders: ModelLoaders;
  },
): Promise<{ runtime: Runtime; started?: Device }> {
  const runtime = await decideRuntime(config, choice);
  if (runtime.engine === "engine") return { runtime };
  try {
    return { runtime, started: await loaders.startTfjs(runtime.device) };
  } catch (error) {
    const failure = `WebGPU does not start (${(error as Error).message})`;
    const requestAdapter = () => Promise.resolve({ failure });
    const machine = { ...choice.machine, requestAdapter };
    const other = await decideRuntime(config, { ...choice, machine });
    if (other.device === runtime.device) throw error;
    if (other.engine === "engine") return { runtime: other };
    return { runtime: other, started: await loaders.startTfjs(other.device) };
  }
}

/**
 * Decides what would run a model here, without loading it: the engine or tfjs, and the device.
 *
 * @param model Model directory (path, URL, or open), or a model package's assets.
 * @param request Device and numbers asked for.
 * @returns What would run it, and why.
 * @throws {RangeError} When what is asked for cannot be had.
 * @throws {SyntaxError} When `config.json` is not JSON.
 *
 * @example
 * ```ts
 * import { chooseRuntime } from "@heed/translation";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const { device, reason } = await chooseRuntime(assets, { device: "wasm" });
 * assertEquals([device, reason.startsWith("asked for by name")], ["wasm", true]);
 * ```
 */
export async function chooseRuntime(
  model: ModelSource,
  request: RuntimeRequest = {},
): Promise<Runtime> {
  const config = await (await openModel(model)).json("config.json");
  return await decideRuntime(config, { request, machine: thisMachine });
}

/** Marian's tokenizer of a directory, and the languages that it says the model has. */
async function readTokenizer(
  directory: ModelDirectory,
): Promise<{ tokenizer: MarianTokenizer; languages: LanguagePair[] }> {
  const [tokenizer, named] = await Promise.all([
    directory.marianTokenizer(),
    directory.json("tokenizer_config.json"),
  ]);
  return { tokenizer, languages: languagesOf(named, tokenizer.languageCodes) };
}

/**
 * Reads which languages a model translates, without loading it.
 *
 * @param model Model directory (path, URL, or open), or a model package's assets.
 * @returns The pairs; none when the files do not say.
 * @throws {SyntaxError} When `tokenizer_config.json` or `vocab.json` is not JSON.
 *
 * @example
 * ```ts
 * import { readLanguages } from "@heed/translation";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readLanguages(assets), [{ source: "en", target: "de" }]);
 * ```
 */
export async function readLanguages(model: ModelSource): Promise<LanguagePair[]> {
  const directory = await openModel(model);
  const named = await directory.json("tokenizer_config.json");
  // The loading names what is missing.
  return languagesOf(named, languageCodesOf(Object.keys(await directory.json("vocab.json"))));
}

function languagesOf(config: ModelConfig, codes: readonly string[]): LanguagePair[] {
  const { source_lang: source, target_lang: target } = config;
  if (typeof source !== "string" || typeof target !== "string") return [];
  return modelLanguages({ source, target }, codes);
}
