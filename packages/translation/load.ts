import { files, joinPath, type ModelAssets, type Path, resolveModel } from "@heed/checkpoint";
import { languageCodesOf, MarianTokenizer } from "@heed/tokenizer";
import type { EngineDType } from "@heed/engine";
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
import { modelRefusal } from "./model_support.ts";
import { positiveInteger } from "./search_options.ts";
import { shortlistFile } from "./shortlist/shortlist.ts";
import type { TranslatorParts } from "./translator.ts";

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
  refusal: modelRefusal,
};

/** What the loading reaches for; tests replace parts of it. */
export interface LoadContext {
  readonly machine?: Machine;
  readonly loaders?: ModelLoaders;
}

/** Reads what a translator is made of from a model directory, or from a model package's assets. */
export async function loadTranslatorParts(
  model: Path | ModelAssets,
  { device: requested, dtype, threads, workerUrl, maxSentenceTokens = 40, ...rest }: LoadOptions,
  { machine = thisMachine, loaders = modelLoaders }: LoadContext = {},
): Promise<TranslatorParts> {
  if (threads !== undefined) positiveInteger("threads", threads);
  const request = { device: requested, dtype };
  const directory = await resolveModel(model);
  await checkFiles(directory);
  const shortlist = (rest.shortlist ?? true) && mayHave(model, shortlistFile);
  // Reading begins first: while an adapter is asked for, Deno does nothing else on this thread.
  const reading = Promise.all([readTokenizer(directory), readConfidence(directory)]);
  const deciding = readConfig(directory).then((config) =>
    startRuntime(config, { request, machine, loaders })
  );
  const [[{ tokenizer, languages }, confidence], runtime] = await Promise.all([reading, deciding]);
  const { engine, device, reason } = runtime;
  const { model: loaded, details } = engine === "engine"
    ? await loaders.engine(directory, {
      dtype,
      threads,
      shortlist,
      ...(workerUrl !== undefined && { workerUrl }),
    })
    : await loaders.tfjs(directory, device, { shortlist });
  return {
    tokenizer,
    languages,
    device: { name: device, reason, engine, ...details },
    maxSentenceTokens,
    ...(confidence && { confidence }),
    model: loaded,
  };
}

/** Decides what runs the model. A WebGPU that was not asked for by name, and does not start, is passed over. */
async function startRuntime(
  config: ModelConfig,
  { loaders, ...choice }: {
    request: RuntimeRequest;
    machine: Machine;
    loaders: ModelLoaders;
  },
): Promise<Runtime> {
  const runtime = await decideRuntime(config, choice);
  if (runtime.engine === "engine") return runtime;
  try {
    await loaders.startTfjs(runtime.device);
    return runtime;
  } catch (error) {
    const failure = `WebGPU does not start (${(error as Error).message})`;
    const requestAdapter = () => Promise.resolve({ failure });
    const machine = { ...choice.machine, requestAdapter };
    const other = await decideRuntime(config, { ...choice, machine });
    if (other.device === runtime.device) throw error;
    if (other.engine === "tfjs") await loaders.startTfjs(other.device);
    return other;
  }
}

/**
 * Decides what would run a model here, without loading it: the engine or tfjs, and the device.
 *
 * @param model Model directory, or a model package's assets.
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
  model: Path | ModelAssets,
  request: RuntimeRequest = {},
): Promise<Runtime> {
  const config = await readConfig(await resolveModel(model));
  return await decideRuntime(config, { request, machine: thisMachine });
}

async function readTokenizer(
  directory: Path,
): Promise<{ tokenizer: MarianTokenizer; languages: LanguagePair[] }> {
  const reading = [
    readTokenizerConfig(directory),
    files.readBytes(joinPath(directory, "source.spm")),
    files.readBytes(joinPath(directory, "target.spm")),
    files.readText(joinPath(directory, "vocab.json")),
  ] as const;
  const [config, sourceSpm, targetSpm, vocab] = await Promise.all(reading);
  const targetVocabPath = joinPath(directory, "target_vocab.json"); // of models with separate_vocabs
  const targetVocab = config.separate_vocabs === true
    ? await files.readText(targetVocabPath)
    : undefined;
  const tokenizer = MarianTokenizer.load({ sourceSpm, targetSpm, vocab, targetVocab, config });
  return { tokenizer, languages: languagesOf(config, tokenizer.languageCodes) };
}

/**
 * Reads which languages the model in a directory translates, without loading it.
 *
 * @param model Model directory, or a model package's assets.
 * @returns The pairs; none when the files do not say.
 * @throws {SyntaxError} When `tokenizer_config.json` or `vocab.json` is not JSON.
 */
export async function readLanguages(model: Path | ModelAssets): Promise<LanguagePair[]> {
  const directory = await resolveModel(model);
  const config = await readTokenizerConfig(directory);
  const path = joinPath(directory, "vocab.json");
  const vocab = await files.exists(path) ? await readJson(path) : {}; // the loading names what is missing
  return languagesOf(config, languageCodesOf(Object.keys(vocab)));
}

/** Names all files that are missing at once; the weights have several layouts and their own error. */
async function checkFiles(directory: Path): Promise<void> {
  const names = ["config.json", "source.spm", "target.spm", "vocab.json"];
  const exist = await Promise.all(names.map((name) => files.exists(joinPath(directory, name))));
  const missing = names.filter((_, i) => !exist[i]);
  if (missing.length === 0) return;
  throw new Error(
    `Cannot load a model from ${directory}: ${missing.join(", ")} ` +
      `${missing.length === 1 ? "is" : "are"} missing; give a directory in MarianMT layout`,
  );
}

/** Whether a file may be there; a package lists its files, and a browser would complain of a missing one. */
function mayHave(model: Path | ModelAssets, name: string): boolean {
  if (typeof model === "string" || model instanceof URL) return true;
  return model.files.some(({ path }) => path === name);
}

async function readTokenizerConfig(directory: Path): Promise<Record<string, unknown>> {
  const path = joinPath(directory, "tokenizer_config.json");
  return await files.exists(path) ? await readJson(path) : {};
}

async function readConfig(directory: Path): Promise<ModelConfig> {
  return await readJson(joinPath(directory, "config.json"));
}

async function readJson(path: Path): Promise<Record<string, unknown>> {
  const text = await files.readText(path);
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== "object" || json === null) throw new SyntaxError("it is not an object");
    return json as Record<string, unknown>;
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path} as JSON: ${(cause as Error).message}`, { cause });
  }
}

function languagesOf(config: Record<string, unknown>, codes: readonly string[]): LanguagePair[] {
  const { source_lang: source, target_lang: target } = config;
  if (typeof source !== "string" || typeof target !== "string") return [];
  return modelLanguages({ source, target }, codes);
}
