import type { PromptModel } from "@heed/gpt";
import type { Tokenizer } from "@heed/tokenizer";
import type { Host } from "./host.ts";
import { runtimeFrom, type RuntimeOptions } from "./options.ts";

/** A language model, its tokenizer, and what reads texts. */
export interface LanguageModel extends Disposable {
  /** Continues prompts. */
  readonly model: PromptModel;
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** Number of token ids. */
  readonly vocabSize: number;
  /** Logits of the token after each one `[length * vocabSize]`. */
  read(ids: readonly number[]): Promise<Float32Array>;
}

/** Opens a language model: the engine runs it on the CPU, tfjs on a GPU. */
export async function openLanguageModel(
  directory: string,
  options: RuntimeOptions,
  host: Host,
): Promise<LanguageModel> {
  const { device, dtype, threads } = runtimeFrom(options, host);
  const { loadTokenizer, openModel } = await import("@heed/model");
  const opened = await openModel(directory);
  const { tokenizer } = await loadTokenizer(opened);
  const asked = device === "auto" ? host.environment("HEED_DEVICE") ?? device : device;
  const onGpu = asked === "webgpu" ||
    asked === "auto" && dtype === undefined && await hasGpu();
  if (onGpu) {
    const { loadGpt } = await import("@heed/gpt");
    const model = await loadGpt(opened, { device: "webgpu" });
    return {
      model,
      tokenizer,
      vocabSize: model.config.vocabSize,
      read: async (ids) => (await model.decode([ids]))[0],
      [Symbol.dispose]: () => model.dispose(),
    };
  }
  const { CausalEngine } = await import("@heed/engine");
  const model = await CausalEngine.load(opened, { dtype, threads, signal: host.signal });
  return {
    model,
    tokenizer,
    vocabSize: model.config.vocabSize,
    read: async (ids) => (await model.decode(ids)).logits,
    [Symbol.dispose]: () => model.dispose(),
  };
}

/** Whether there is a real GPU. */
async function hasGpu(): Promise<boolean> {
  const { requestAdapter } = await import("@heed/nn/adapter");
  const { adapter } = await requestAdapter();
  return adapter !== undefined && !adapter.software;
}
