import { files } from "@heed/checkpoint";
import type { EncoderModel, ModelDirectory } from "@heed/model";
import { automaticDevice, requestAdapter } from "@heed/nn/adapter";

/** Where and how an encoder is run. */
export interface RuntimeChoice {
  /**
   * `wasm`: the engine, on the CPU; `webgpu`: tfjs. `auto` (default): the environment variable `HEED_DEVICE` if it is
   * set, else `webgpu` on a real GPU, else `wasm`.
   */
  readonly device?: "auto" | "webgpu" | "wasm";
  /** Numbers of the engine, which it asks for; default `int8`. */
  readonly dtype?: "int8" | "fp32";
  /** Threads of the engine. */
  readonly threads?: number;
  /** The engine never computes on the calling thread, so that a server stays quick; default false. */
  readonly keepCallerFree?: boolean;
  /** Stops the loading. */
  readonly signal?: AbortSignal;
}

/** An encoder, and what runs it. */
export interface OpenedEncoder {
  /** The encoder. */
  readonly model: EncoderModel;
  /** What runs it, and why, in one line for a person. */
  readonly reason: string;
}

/** Loads an encoder where it runs best. */
export async function openEncoder(
  directory: ModelDirectory,
  { device = "auto", dtype, threads, keepCallerFree, signal }: RuntimeChoice,
): Promise<OpenedEncoder> {
  const chosen = await chooseDevice(device, dtype);
  if (chosen.device === "wasm") {
    const { EncoderEngine } = await import("@heed/engine");
    const model = await EncoderEngine.load(directory, {
      dtype,
      threads,
      keepCallerFree,
      signal,
    });
    const numbers = `${model.dtype}, ${model.simd} SIMD instructions`;
    return { model, reason: `wasm: the engine, ${numbers} (${chosen.reason})` };
  }
  if (dtype !== undefined) {
    throw new RangeError(
      `Cannot compute in ${dtype} on ${chosen.device}: only the engine, on wasm, has a choice of dtype`,
    );
  }
  const { loadBert } = await import("./load.ts");
  const model = await loadBert(directory, { device: chosen.device });
  return { model, reason: `${chosen.device}: tfjs (${chosen.reason})` };
}

async function chooseDevice(
  asked: string,
  dtype: string | undefined,
): Promise<{ device: "webgpu" | "wasm"; reason: string }> {
  const variable = asked === "auto" ? files.environment("HEED_DEVICE") : undefined;
  const name = variable ?? asked;
  const reason = variable === undefined
    ? "asked for by name"
    : "the environment variable HEED_DEVICE names it";
  switch (name) {
    case "wasm":
    case "webgpu":
      return { device: name, reason };
    case "auto":
      if (dtype !== undefined) return { device: "wasm", reason: `${dtype} asks for the engine` };
      return automaticDevice(await requestAdapter());
  }
  throw new RangeError(
    `Cannot start device "${name}"${variable === undefined ? "" : " of HEED_DEVICE"}: ` +
      "it is not one of auto, webgpu, wasm",
  );
}
