/**
 * The program that runs in every runtime: what a stranger would write to translate with Heed.
 *
 * It has no `using`: bundlers leave that syntax as it is, and Node 20 cannot read it.
 *
 * @module
 */
import { Translator } from "@heed/translation";
import { sentences } from "./sentences.ts";

/** What the program is asked to do; plain data, so that it can be handed to any runtime. */
export interface Task {
  /** Model directory: a path or `file:` URL in Deno and Node, an `http(s):` URL in a browser. */
  readonly model: string;
  /** Where tfjs finds its `.wasm` files, with a slash at the end; for bundles that need tfjs. */
  readonly tfjsFiles?: string;
}

/** What the program tells; plain data too. */
export interface Report {
  /** Translation of every sentence. */
  readonly translations: readonly string[];
  /** Score of every translation. */
  readonly scores: readonly number[];
  /** What the model ran on. */
  readonly device: Readonly<Record<string, unknown>>;
  /** Whether threads can share memory here. */
  readonly sharesMemory: boolean;
}

/**
 * Translates the sentences.
 *
 * @param task What to do.
 * @returns What came of it.
 */
export async function run({ model, tfjsFiles }: Task): Promise<Report> {
  if (tfjsFiles !== undefined) await pointTfjsTo(tfjsFiles);
  const translator = await Translator.load(model, { device: "wasm" });
  try {
    const best = (await translator.translate(sentences)).map(([first]) => first);
    return {
      translations: best.map(({ translation }) => translation),
      scores: best.map(({ score }) => score),
      device: { ...translator.device },
      sharesMemory: typeof SharedArrayBuffer !== "undefined",
    };
  } finally {
    translator.dispose();
  }
}

async function pointTfjsTo(folder: string): Promise<void> {
  const { env } = await import("@tensorflow/tfjs");
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(folder);
  // In a module there is no such variable, but the Node part of tfjs's WASM module reads it.
  Object.assign(globalThis, { __dirname: "/" });
  // Where memory can be shared, tfjs starts threads on a shared heap, which our kernels cannot use.
  env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
}
