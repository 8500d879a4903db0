import { loadTokenizer, type ModelSource, openModel } from "@heed/model";
import { PipelineTokenizer } from "@heed/tokenizer";
import { openEncoder, type RuntimeChoice } from "./open_encoder.ts";
import { readSentenceConfig } from "./sentence_config.ts";
import { TextEncoderModel } from "./text_encoder.ts";

/** Options of {@linkcode openTextEncoder}. */
export interface TextEncoderOptions extends RuntimeChoice {
  /** Gets a line for a person, such as that a text was cut. */
  readonly onWarning?: (text: string) => void;
}

/**
 * Opens an encoder with its tokenizer, for texts: a BERT-like model directory, or a folder of sentence-transformers.
 *
 * @param source A path or URL of the directory, or an open directory.
 * @param options Where it runs; `onWarning`.
 * @returns The encoder; dispose of it when done, or declare it with `using`.
 * @throws {SyntaxError} When a file is malformed or asks for what is not supported.
 * @throws {TypeError} When weights are missing or mis-shaped, or the directory has no tokenizer of a kind that BERT has.
 *
 * @example
 * ```ts
 * import { openTextEncoder } from "@heed/bert";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // A tiny model with random weights, and its vocabulary.
 * const directory = await Deno.makeTempDir();
 * for (const file of ["bert/model/config.json", "bert/model/model.safetensors", "vocab.txt"]) {
 *   await Deno.copyFile(`testdata/bert/${file}`, `${directory}/${file.split("/").at(-1)}`);
 * }
 * using encoder = await openTextEncoder(directory, { device: "wasm", threads: 1 });
 * const [vector] = await encoder.embed(["the cat sat"], { normalize: true });
 * assertAlmostEquals(Math.hypot(...vector), 1, 1e-6);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function openTextEncoder(
  source: ModelSource,
  { onWarning, ...choice }: TextEncoderOptions = {},
): Promise<TextEncoderModel> {
  const { encoder, sentence } = await readSentenceConfig(await openModel(source, choice));
  const { tokenizer, format } = await loadTokenizer(encoder);
  if (!(tokenizer instanceof PipelineTokenizer)) {
    throw new TypeError(
      `Cannot read texts with ${encoder.path}: its tokenizer is a ${format}; give tokenizer.json or vocab.txt`,
    );
  }
  const { model, reason } = await openEncoder(encoder, choice);
  return new TextEncoderModel({ model, tokenizer, sentence, reason, onWarning });
}
