import { files, type Path } from "@heed/checkpoint";
import { type ModelDirectory, openModel } from "@heed/model";
import { chooseRuntime, type LanguagePair } from "@heed/translation";
import type { ServedModel } from "../models.ts";

/** A model that browsers may run themselves, as they are told of it. */
export interface SharedModel {
  /** What it translates. */
  readonly pairs: readonly LanguagePair[];
  /** Name of its files' folder: other files have another one. */
  readonly revision: string;
  /** Its files. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** Files of a model directory that a browser needs; nothing else of it is given away. */
const needed = [
  "config.json",
  "generation_config.json",
  "model.safetensors",
  "shortlist.safetensors",
  "source.spm",
  "target.spm",
  "target_vocab.json",
  "tokenizer_config.json",
  "vocab.json",
];

/** The configured models that browsers may run, and their files, which are looked at when somebody asks. */
export class SharedModels {
  readonly #served: readonly ServedModel[];
  #found: Promise<Found[]> | undefined;

  /**
   * Offers models.
   *
   * @param served The models of the server.
   */
  constructor(served: readonly ServedModel[]) {
    this.#served = served;
  }

  /** The models; what the engine cannot run is left out, for a browser has nothing else. */
  async list(): Promise<SharedModel[]> {
    return (await this.#find()).map(({ model }) => model);
  }

  /**
   * Opens a file.
   *
   * @param revision Folder of the model.
   * @param path Name of the file.
   * @returns Its length and its bytes; undefined when no model has it.
   */
  async open(
    revision: string,
    path: string,
  ): Promise<{ bytes: number; body: ReadableStream<Uint8Array> } | undefined> {
    const found = (await this.#find()).find(({ model }) => model.revision === revision);
    const file = found?.model.files.find((file) => file.path === path);
    if (!found || !file) return undefined;
    const body = ReadableStream.from(files.stream(found.directory.at(path)));
    return { bytes: file.bytes, body };
  }

  #find(): Promise<Found[]> {
    if (this.#found) return this.#found;
    const finding = Promise.all(this.#served.map(find))
      .then((found) => found.filter((one) => one !== undefined));
    finding.catch(() => this.#found = undefined); // tried again with the next request
    return this.#found = finding;
  }
}

interface Found {
  readonly model: SharedModel;
  readonly directory: ModelDirectory;
}

async function find({ pairs, source }: ServedModel): Promise<Found | undefined> {
  if (!source) return undefined;
  const directory = await openModel(await source());
  // One file of weights is what browsers are given; a model in another form runs on the server alone.
  if (!await directory.has("config.json") || !await directory.has("model.safetensors")) {
    return undefined;
  }
  const { engine } = await chooseRuntime(directory, { device: "wasm" });
  if (engine !== "engine") return undefined;
  const paths: string[] = [];
  for (const path of needed) if (await directory.has(path)) paths.push(path);
  const listed = await Promise.all(paths.map(async (path) => {
    const bytes = await files.size(directory.at(path));
    return { path, bytes, sha256: await digestOf(directory.at(path)) };
  }));
  const names = new TextEncoder().encode(listed.map(({ sha256 }) => sha256).join());
  const sha256 = files.sha256();
  sha256.update(names);
  const revision = (await sha256.digest()).slice(0, 16);
  return {
    model: { pairs, revision, files: listed.map(({ path, bytes }) => ({ path, bytes })) },
    directory,
  };
}

async function digestOf(path: Path): Promise<string> {
  const sha256 = files.sha256();
  for await (const piece of files.stream(path)) sha256.update(piece);
  return await sha256.digest();
}
