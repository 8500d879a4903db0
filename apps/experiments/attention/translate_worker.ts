/**
 * A thread that translates batches of ids with a model of its own.
 *
 * @module
 */
import { loadModel } from "@heed/seq2seq";
import type { AnyModel } from "./models.ts";

/** What the thread is told: first the model, then batches. */
export type TranslateRequest =
  | { readonly directory: string; readonly numBeams: number }
  | { readonly index: number; readonly inputIds: readonly (readonly number[])[] };

/** What it answers to a batch. */
export type TranslateReply =
  | { readonly index: number; readonly ids: number[][] }
  | { readonly failure: string };

/** Translates a batch; targets may have twice the tokens of their sources and twenty. */
export async function translateBatch(
  model: AnyModel,
  inputIds: readonly (readonly number[])[],
  { numBeams, signal }: { numBeams: number; signal?: AbortSignal },
): Promise<number[][]> {
  const maxNewTokens = inputIds.map((ids) => 2 * ids.length + 20);
  const found = await model.generate(inputIds, { numBeams, maxNewTokens, signal });
  return found.map(([best]) => best.ids);
}

if ("WorkerGlobalScope" in globalThis) {
  const scope = globalThis as unknown as Worker;
  let model: Promise<AnyModel>;
  let numBeams = 1;
  scope.onmessage = async ({ data }: MessageEvent<TranslateRequest>) => {
    if ("directory" in data) {
      numBeams = data.numBeams;
      model = loadModel(data.directory, { device: "wasm" });
      return;
    }
    let reply: TranslateReply;
    try {
      const ids = await translateBatch(await model, data.inputIds, { numBeams });
      reply = { index: data.index, ids };
    } catch (error) {
      reply = { failure: error instanceof Error ? error.message : String(error) };
    }
    scope.postMessage(reply);
  };
}
