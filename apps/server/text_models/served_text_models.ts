import type { PromptModel } from "@heed/gpt";
import type { TextEncoderModel } from "@heed/bert";
import { type EncoderConfig, type EncoderHeadName, loadTokenizer, openModel } from "@heed/model";
import type { Tokenizer } from "@heed/tokenizer";

/** What a language model is made of. */
export interface WriterParts {
  /** The model, and how many texts it writes at once. */
  readonly model: PromptModel & { readonly concurrency: number; dispose(): void };
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
}

/** A model that turns texts into vectors, labels or words. */
export interface ServedEncoder {
  /** What requests call it. */
  readonly name: string;
  /** What it is. */
  readonly kind: "encoder";
  /** What it has been trained for beside vectors. */
  readonly head: EncoderHeadName;
  /** Loads it. */
  load(): Promise<TextEncoderModel>;
}

/** A model that continues texts. */
export interface ServedWriter {
  /** What requests call it. */
  readonly name: string;
  /** What it is. */
  readonly kind: "decoder";
  /** Loads it. */
  load(): Promise<WriterParts>;
}

/** A model of texts that the server has. */
export type ServedTextModel = ServedEncoder | ServedWriter;

/** How models of texts are loaded. */
export interface TextModelOptions {
  /** Threads of each. */
  readonly threads?: number | undefined;
  /** Numbers of the weights; default int8. */
  readonly dtype?: "int8" | "fp32";
}

/**
 * Sorts model directories: those that translate, and those for other work on texts, by the family in `config.json`.
 *
 * @param directories Model directories, of any family.
 * @param options How those for texts are loaded.
 * @returns The directories of translation models, and the models for texts, none of them loaded. A model is called as
 * the last part of its path.
 * @throws {Error} When a directory is no model, or two have the same name.
 *
 * @example
 * ```ts
 * import { servedTextModels } from "@heed/server";
 * import { assertEquals } from "@std/assert";
 *
 * const { textModels } = await servedTextModels(["testdata/engine/gpt2"]);
 * assertEquals(textModels.map(({ name, kind }) => [name, kind]), [["gpt2", "decoder"]]);
 * ```
 */
export async function servedTextModels(
  directories: readonly string[],
  options: TextModelOptions = {},
): Promise<{ translation: string[]; textModels: ServedTextModel[] }> {
  const translation: string[] = [], textModels: ServedTextModel[] = [];
  for (const path of directories) {
    const served = await servedTextModel(path, options);
    if (served === undefined) translation.push(path);
    else if (textModels.some(({ name }) => name === served.name)) {
      throw new Error(
        `Cannot serve ${path}: another model is called ${served.name}; rename its folder`,
      );
    } else textModels.push(served);
  }
  return { translation, textModels };
}

/** A model for texts; undefined when the directory holds another, or does not say what it holds. */
async function servedTextModel(
  path: string,
  { threads, dtype }: TextModelOptions,
): Promise<ServedTextModel | undefined> {
  const opened = await openModel(path);
  const name = path.split(/[\\/]/).filter((part) => part !== "").at(-1) ?? path;
  let directory = opened;
  if (await opened.has("modules.json")) { // of sentence-transformers: the encoder may be in a folder
    const modules: unknown = JSON.parse(
      new TextDecoder().decode(await opened.bytes("modules.json")),
    );
    const [first] = Array.isArray(modules) ? modules : [];
    if (typeof first?.path === "string" && first.path !== "") {
      directory = await openModel(opened.at(first.path));
    }
  }
  if (!await directory.has("config.json")) return undefined;
  const { kind } = await directory.family();
  if (kind === "encoder") {
    const { head } = await directory.config() as EncoderConfig;
    const load = async () => {
      const { openTextEncoder } = await import("@heed/bert");
      return await openTextEncoder(opened, {
        threads,
        dtype,
        device: "wasm",
        keepCallerFree: true,
      });
    };
    return { name, kind, head, load };
  }
  if (kind === "decoder") {
    const load = async () => {
      const [{ CausalEngine }, { tokenizer }] = await Promise.all([
        import("@heed/engine"),
        loadTokenizer(directory),
      ]);
      const model = await CausalEngine.load(directory, { threads, dtype, keepCallerFree: true });
      return { model, tokenizer };
    };
    return { name, kind, load };
  }
  return undefined;
}
