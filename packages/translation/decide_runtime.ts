import type { EngineDType } from "@heed/engine";
import { type AdapterAnswer, automaticDevice } from "@heed/nn/adapter";
import type { Runner } from "@heed/model";

/** Devices that a caller may ask for. */
export type RequestedDevice = "auto" | "webgpu" | "wasm" | "cpu";

/** What runs a model, and where. */
export interface Runtime {
  /** The engine of `@heed/engine`, or tfjs. */
  readonly engine: Runner;
  /** Where it computes. */
  readonly device: "webgpu" | "wasm" | "cpu";
  /** Why, in one line for a person. */
  readonly reason: string;
}

/** A model's `config.json`, parsed. */
export type ModelConfig = Readonly<Record<string, unknown>>;

/** What a caller asks for. */
export interface RuntimeRequest {
  /** A device by name, or `"auto"` (default): HEED_DEVICE if it is set, else WebGPU on a real GPU, else WASM. */
  readonly device?: RequestedDevice;
  /** Asks for the engine, which alone has the choice. */
  readonly dtype?: EngineDType;
}

/** What the machine has. */
export interface Machine {
  /** A variable of the environment; undefined when it is unset or not permitted. */
  environment(name: string): string | undefined;
  /** Asks for a graphics adapter; called only when the answer decides. */
  requestAdapter(): Promise<AdapterAnswer>;
  /** Why the engine, or tfjs, cannot run a model with this `config.json`; undefined when it can. */
  refusal(runner: Runner, config: ModelConfig): string | undefined;
}

const devices: readonly string[] = ["auto", "webgpu", "wasm", "cpu"];
const dtypes: readonly string[] = ["int8", "fp32"];

/**
 * Decides what runs a model.
 *
 * - `wasm`: the engine if it can run the model, else tfjs.
 * - `auto`: tfjs on WebGPU if it can run the model and there is a real graphics adapter, else as
 *   `wasm`. A `dtype` asks for the engine.
 * - `webgpu`, `cpu`: tfjs.
 *
 * @param config The model's `config.json`.
 * @param options What is asked for, and what the machine has.
 * @throws {RangeError} For an unknown device or dtype, a dtype where the engine does not run, or a
 * device that cannot run the model.
 */
export async function decideRuntime(
  config: ModelConfig,
  { request: { device = "auto", dtype }, machine }: { request: RuntimeRequest; machine: Machine },
): Promise<Runtime> {
  if (dtype !== undefined && !dtypes.includes(dtype)) {
    throw new RangeError(`Cannot compute in dtype "${dtype}": it is not one of int8, fp32`);
  }
  const asked = askedDevice(device, machine);
  const engineRefusal = machine.refusal("engine", config);
  if (dtype !== undefined) checkDType(dtype, asked, engineRefusal);
  const tfjsRefusal = machine.refusal("tfjs", config);
  const onWasm = (reason: string): Runtime => {
    if (engineRefusal === undefined) return { engine: "engine", device: "wasm", reason };
    if (tfjsRefusal !== undefined) {
      throw new RangeError(
        `Cannot run this model: ${engineRefusal}, and tfjs cannot either (${tfjsRefusal})`,
      );
    }
    return { engine: "tfjs", device: "wasm", reason: `${reason}; by tfjs, since ${engineRefusal}` };
  };
  switch (asked.device) {
    case "wasm":
      return onWasm(asked.reason);
    case "webgpu":
    case "cpu":
      if (tfjsRefusal === undefined) return { engine: "tfjs", ...asked, device: asked.device };
      throw new RangeError(
        `Cannot run this model on ${asked.device} (${asked.reason}): tfjs computes there, and ` +
          `${tfjsRefusal}; use wasm`,
      );
  }
  if (dtype !== undefined) return onWasm(`dtype ${dtype} asks for the engine`);
  if (tfjsRefusal !== undefined) return onWasm(`on WebGPU tfjs would compute, and ${tfjsRefusal}`);
  const automatic = automaticDevice(await machine.requestAdapter());
  return automatic.device === "webgpu"
    ? { engine: "tfjs", ...automatic }
    : onWasm(automatic.reason);
}

/** Throws unless the engine is what runs the model; only it has a choice. */
function checkDType(
  dtype: EngineDType,
  { device, reason }: AskedDevice,
  refusal: string | undefined,
): void {
  if (device === "webgpu" || device === "cpu") {
    throw new RangeError(
      `Cannot compute in ${dtype} on ${device} (${reason}): only the engine, on wasm, has a ` +
        "choice of dtype; leave dtype out, or take device wasm",
    );
  }
  if (refusal !== undefined) {
    throw new RangeError(
      `Cannot compute in ${dtype}: only the engine has a choice of dtype, and ${refusal}; ` +
        "leave dtype out",
    );
  }
}

interface AskedDevice {
  readonly device: RequestedDevice;
  readonly reason: string;
}

/** The device that the caller or the environment names, or `auto`. */
function askedDevice(
  device: RequestedDevice,
  { environment }: Machine,
): AskedDevice {
  const variable = device === "auto" ? environment("HEED_DEVICE") : undefined;
  const name = variable ?? device;
  if (!devices.includes(name)) {
    throw new RangeError(
      `Cannot start device "${name}"${variable === undefined ? "" : " of HEED_DEVICE"}: ` +
        `it is not one of ${devices.join(", ")}`,
    );
  }
  const reason = variable === undefined
    ? "asked for by name"
    : "the environment variable HEED_DEVICE names it";
  return { device: name as RequestedDevice, reason };
}
