import {
  files,
  joinPath,
  lockDirectory,
  type ModelAssets,
  openWeights,
  type Path,
  resolveModel,
  type ResolveModelOptions,
  type WeightsReader,
} from "@heed/checkpoint";
import { MarianTokenizer } from "@heed/tokenizer";
import type { Json } from "./config_reader.ts";
import { findFamily } from "./families.ts";
import { parseMarianOptions } from "./families/marian_options.ts";
import type { ModelConfig, ModelFamily } from "./family.ts";
import { findMarianFiles, type MarianFiles } from "./marian_files.ts";
import { marianVocabularyTokenizer } from "./marian_vocabulary.ts";

/** What a model is loaded from: a directory (path or URL), a model package's assets, or an open directory. */
export type ModelSource = Path | ModelAssets | ModelDirectory;

/** Files of a model with Marian's tokenizer; the weights have several layouts and their own error. */
const MARIAN_FILES = ["config.json", "source.spm", "target.spm", "vocab.json"];

/**
 * Opens a model directory, so that whoever needs something of it reads it there: each file is read once,
 * however many ask for it. Assets are fetched first where they are not on this machine.
 *
 * @param model Directory, assets, or a directory that is open already, which is returned as it is.
 * @param options Cache, progress and signal of a fetch.
 * @returns The directory. It holds what was read of small files until it is forgotten.
 *
 * @example
 * ```ts
 * import { openModel } from "@heed/model";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await openModel(assets);
 * assertEquals((await directory.family()).modelType, "marian");
 * ```
 */
export async function openModel(
  model: ModelSource,
  options: ResolveModelOptions = {},
): Promise<ModelDirectory> {
  if (model instanceof ModelDirectory) return model;
  const path = await resolveModel(model, options);
  const isPath = typeof model === "string" || model instanceof URL;
  return isPath
    ? new ModelDirectory(path, { name: String(path) })
    : new ModelDirectory(path, { name: model.name, files: model.files.map(({ path }) => path) });
}

/** Levels of objects and lists in a JSON file; whoever walks through one recurses no deeper. */
const MAX_DEPTH = 100;

function isDeeper(json: unknown, levels: number): boolean {
  if (typeof json !== "object" || json === null) return false;
  return levels === 0 || Object.values(json).some((value) => isDeeper(value, levels - 1));
}

/** Where Marian keeps its options in a file of weights. */
const OPTIONS = "special:model.yml";

/**
 * An open model directory in Hugging Face's layout, or with the files that Marian writes and Firefox Translations
 * ships; see {@linkcode openModel}.
 *
 * @example
 * ```ts
 * import { openModel } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${path}/config.json`, '{ "model_type": "gpt2" }');
 * const directory = await openModel(path);
 * assertEquals(await directory.has("vocab.json"), false);
 * assertEquals((await directory.family()).kind, "decoder");
 * await Deno.remove(path, { recursive: true });
 * // It was read once: the file may be gone.
 * assertEquals(await directory.json("config.json"), { model_type: "gpt2" });
 * ```
 */
export class ModelDirectory {
  /** Where it is. */
  readonly path: Path;
  /** What a person calls it: its path, or the name of its package. */
  readonly name: string;
  /** Names of its files, where they are known. */
  readonly #files: ReadonlySet<string> | undefined;
  readonly #reads = new Map<string, Promise<unknown>>();

  /**
   * Makes it; {@linkcode openModel} does this.
   *
   * @param path Where it is.
   * @param options Its name, and its files if they are known.
   */
  constructor(path: Path, { name, files }: { name: string; files?: readonly string[] }) {
    this.path = path;
    this.name = name;
    this.#files = files && new Set(files);
  }

  /**
   * Where a file of the directory is.
   *
   * @param name Its name.
   * @returns Its path or URL.
   */
  at(name: string): Path {
    return joinPath(this.path, name);
  }

  /**
   * Tells whether there is a file. Of a package its list decides, so that no server is asked in vain.
   *
   * @param name Its name.
   * @returns True when there is.
   */
  has(name: string): Promise<boolean> {
    if (this.#files) return Promise.resolve(this.#files.has(name));
    return this.#once(`has ${name}`, () => files.exists(this.at(name)));
  }

  /**
   * Reads a file.
   *
   * @param name Its name.
   * @returns Its bytes, which belong to the directory.
   */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#once(`bytes ${name}`, () => files.readBytes(this.at(name)));
  }

  /**
   * Reads a file as text.
   *
   * @param name Its name.
   * @returns Its text.
   * @throws {SyntaxError} When it is not UTF-8.
   */
  text(name: string): Promise<string> {
    return this.#once(`text ${name}`, () => files.readText(this.at(name)));
  }

  /**
   * Reads a JSON object.
   *
   * @param name Its name.
   * @returns The object; an empty one when there is no such file. Of a model in Marian's own form, `config.json` is
   * what its weights say about themselves, and `tokenizer_config.json` what its files are called.
   * @throws {SyntaxError} When the file is not a JSON object.
   */
  json(name: string): Promise<Json> {
    return this.#once(`json ${name}`, async () => {
      if (!await this.has(name)) return await this.#described(name);
      const text = await this.text(name);
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch (cause) {
        const { message } = cause as Error;
        throw new SyntaxError(`Cannot read ${this.at(name)} as JSON: ${message}`, { cause });
      }
      if (isDeeper(json, MAX_DEPTH)) {
        throw new SyntaxError(
          `Cannot read ${this.at(name)}: it is nested deeper than ${MAX_DEPTH} levels`,
        );
      }
      if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Json;
      throw new SyntaxError(`Cannot read ${this.at(name)} as JSON: it is not an object`);
    });
  }

  /**
   * Finds the model's family.
   *
   * @returns The family that `config.json` names.
   * @throws {Error} When there is no `config.json`.
   * @throws {SyntaxError} When it is not JSON, or names no family that is known.
   */
  async family(): Promise<ModelFamily> {
    return findFamily((await this.#needed("config.json")).model_type);
  }

  /**
   * Reads `config.json` and `generation_config.json`.
   *
   * @returns The model's config, checked by its family.
   * @throws {SyntaxError} Names everything that is missing, wrong, or not supported.
   */
  async config(): Promise<ModelConfig> {
    const family = await this.family();
    const generation = await this.json("generation_config.json");
    return family.parseConfig(await this.json("config.json"), { generation });
  }

  /**
   * Opens the weights.
   *
   * @returns A reader, which the caller closes.
   * @throws {Error} When there are none.
   */
  async weights(): Promise<WeightsReader> {
    const marian = await this.marianFiles();
    if (!marian) return await openWeights(this.path);
    const { openMarian } = await import("@heed/checkpoint/formats");
    return await openMarian(this.at(marian.weights));
  }

  /**
   * Tells which files are a model in Marian's own form.
   *
   * @returns Their names; undefined where there is a `config.json`, or no such model.
   * @throws {Error} When there are several models.
   */
  marianFiles(): Promise<MarianFiles | undefined> {
    return this.#once("marian files", async () => {
      if (await this.has("config.json")) return undefined;
      if (this.#files) return findMarianFiles([...this.#files]);
      if (!isOnDisk(this.path) || !await files.exists(this.path)) return undefined;
      return findMarianFiles(await files.list(this.path));
    });
  }

  /**
   * Loads Marian's tokenizer.
   *
   * @param config Fields of `tokenizer_config.json` that are to be others.
   * @param options `reversed`: the target's pieces and vocabulary become the source's, and the other way round.
   * @returns The tokenizer.
   * @throws {SyntaxError} When one of its files is broken.
   */
  async marianTokenizer(
    config: Json = {},
    { reversed = false }: { reversed?: boolean } = {},
  ): Promise<MarianTokenizer> {
    const own = await this.json("tokenizer_config.json");
    const marian = await this.marianFiles();
    if (marian) {
      const { sourceVocab, targetVocab } = marian;
      const sides = await Promise.all([sourceVocab, targetVocab].map((name) => this.bytes(name)));
      if (reversed) sides.reverse();
      return marianVocabularyTokenizer({ source: sides[0], target: sides[1] }, {
        ...own,
        ...config,
      });
    }
    const hasTwo = own.separate_vocabs === true;
    const pieces = await Promise.all(["source.spm", "target.spm"].map((name) => this.bytes(name)));
    const vocabularies = await Promise.all(
      ["vocab.json", ...hasTwo ? ["target_vocab.json"] : []].map((name) => this.text(name)),
    );
    if (reversed) [pieces, vocabularies].forEach((sides: unknown[]) => sides.reverse());
    return MarianTokenizer.load({
      sourceSpm: pieces[0],
      targetSpm: pieces[1],
      vocab: vocabularies[0],
      targetVocab: vocabularies[1],
      config: { ...own, ...config },
    });
  }

  /**
   * Checks that the files are there that a model with Marian's tokenizer has.
   *
   * @throws {Error} Names all that are missing.
   */
  async checkMarianFiles(): Promise<void> {
    if (await this.marianFiles()) return;
    const exist = await Promise.all(MARIAN_FILES.map((name) => this.has(name)));
    const missing = MARIAN_FILES.filter((_, i) => !exist[i]);
    if (missing.length === 0) return;
    throw new Error(
      `Cannot load a model from ${this.path}: ${missing.join(", ")} ` +
        `${missing.length === 1 ? "is" : "are"} missing; give a directory in MarianMT layout`,
    );
  }

  async #needed(name: string): Promise<Json> {
    const isDescribed = name === "config.json" && await this.marianFiles() !== undefined;
    if (isDescribed || await this.has(name)) return await this.json(name);
    throw new Error(`Cannot load a model from ${this.path}: ${name} is missing`);
  }

  /** What stands for a JSON file that a model in Marian's own form does not have. */
  async #described(name: string): Promise<Json> {
    if (name !== "config.json" && name !== "tokenizer_config.json") return {};
    const marian = await this.marianFiles();
    if (!marian) return {};
    if (name === "tokenizer_config.json") {
      const { source, target } = marian.languages ?? {};
      return marian.languages ? { source_lang: source, target_lang: target } : {};
    }
    const reader = await this.weights();
    try {
      return { ...parseMarianOptions(reader.metadata[OPTIONS] ?? ""), model_type: "bergamot" };
    } finally {
      await reader.close();
    }
  }

  /** Does something once, and gives everybody its result. */
  #once<T>(key: string, read: () => Promise<T>): Promise<T> {
    let result = this.#reads.get(key) as Promise<T> | undefined;
    if (!result) this.#reads.set(key, result = read());
    return result;
  }
}

/**
 * Writes values into a JSON file of a model directory, beside what it holds; a reader sees the old file or
 * the new one, and others who write at the same time are waited for.
 *
 * @param path Model directory on disk.
 * @param name Name of the file, which is made when it does not exist.
 * @param values Values by key; `undefined` removes a key.
 * @throws {SyntaxError} When the file is there and is not a JSON object.
 * @throws {Error} When another process keeps writing in the directory.
 *
 * @example
 * ```ts
 * import { openModel, updateJson } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempDir();
 * await updateJson(path, "generation_config.json", { num_beams: 4 });
 * await updateJson(path, "generation_config.json", { alignment_heads: [[0, 1]] });
 * const directory = await openModel(path);
 * assertEquals((await directory.json("generation_config.json")).num_beams, 4);
 * await Deno.remove(path, { recursive: true });
 * ```
 */
export async function updateJson(path: Path, name: string, values: Json): Promise<void> {
  // Held while the file is read and written: of two that write at once, none loses what the other wrote.
  const lock = await lockDirectory(path, { waitMs: MOST_WAIT_MS });
  try {
    const directory = await openModel(path);
    const json = { ...await directory.json(name), ...values };
    const text = JSON.stringify(json, undefined, 2) + "\n";
    await files.writeAtomic(directory.at(name), new TextEncoder().encode(text));
  } finally {
    lock[Symbol.dispose](); // not "using", which Node 20 cannot read
  }
}

/** Milliseconds to wait for another that writes in the same directory, which takes it a moment. */
const MOST_WAIT_MS = 10_000;

/** Whether a place can be listed. */
function isOnDisk(path: Path): boolean {
  return path instanceof URL ? path.protocol === "file:" : !/^https?:/.test(path);
}
