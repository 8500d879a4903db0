import { openModel } from "@heed/model";
import type { ShownAttention } from "./attention_records.ts";
import { UsageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { locateModel, type ModelChoice } from "./models.ts";
import { runtimeFrom, type RuntimeOptions } from "./options.ts";
import { untilInterrupted } from "./until_interrupted.ts";

/**
 * What an encoder such as BERT attends to in a text, as the attention of a translator's encoder without a decoder;
 * undefined where the model is none.
 */
export async function encoderAttention(
  { source, target }: { source: string; target?: string | undefined },
  options: ModelChoice & RuntimeOptions,
  host: Host,
): Promise<ShownAttention | undefined> {
  if (options.model === undefined) return undefined;
  const path = await locateModel(options.model, host, options);
  if (!await untilInterrupted(isEncoder(path), host.signal)) return undefined;
  if (target !== undefined) {
    throw new UsageError(
      "Cannot show attention to a translation: the model is an encoder, which makes none; " +
        "leave the second text out",
    );
  }
  const { openTextEncoder } = await import("@heed/bert");
  const { device, dtype, threads } = runtimeFrom(options, host);
  const opening = openTextEncoder(path, { device, dtype, threads, signal: host.signal });
  using encoder = await untilInterrupted(opening, host.signal);
  const { ids, tokens } = encoder.tokenizer.encode(source);
  if (ids.length > encoder.maxTokens) {
    throw new RangeError(
      `Cannot show attention of ${ids.length} tokens: the model takes ${encoder.maxTokens}; ` +
        "shorten the text",
    );
  }
  const { attentions } = await encoder.model.encode([ids], {
    outputAttentions: true,
    signal: host.signal,
  });
  return {
    source,
    target: "",
    isGenerated: false,
    sourceTokens: [...tokens],
    targetTokens: [],
    readTokens: [],
    encoder: attentions![0],
  };
}

/** Whether a folder holds an encoder: of one of its families, or as sentence-transformers lays it out. */
async function isEncoder(path: string): Promise<boolean> {
  const directory = await openModel(path);
  if (await directory.has("modules.json")) return true;
  if (!await directory.has("config.json")) return false;
  return (await directory.family()).kind === "encoder";
}
