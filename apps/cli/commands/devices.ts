import type { Command } from "commander";
import type { Runtime } from "@heed/translation";
import config from "../deno.json" with { type: "json" };
import { findImplementations, type Implementation } from "../implementations.ts";
import type { Host } from "../host.ts";
import { locateModel } from "../models.ts";
import { addRuntimeOptions, runtimeFrom, type RuntimeOptions } from "../options.ts";
import { untilInterrupted } from "../until_interrupted.ts";

interface DevicesCommandOptions extends RuntimeOptions {
  readonly model?: string;
  readonly json?: boolean;
}

/** A model, and what would run it. */
interface ModelChoice extends Runtime {
  /** Its folder, or the languages of a shipped one. */
  readonly model: string;
}

/** What the command says. */
interface DevicesReport {
  readonly models: readonly ModelChoice[];
  readonly implementations: readonly Implementation[];
  readonly versions: Readonly<Record<string, string>>;
}

/** Adds `heed devices`. */
export function addDevicesCommand(program: Command, host: Host): void {
  const command = program.command("devices")
    .description("Say what runs models on this machine, where, and why.")
    .option("--model <dir>", "say it of a model directory as well");
  addRuntimeOptions(command)
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
Models run on WebGPU with tfjs where there is a real GPU. Elsewhere they run on
wasm: by the engine, which is fastest, or by tfjs if the engine cannot run them.
Training on wasm leaves large products to a BLAS (OpenBLAS, MKL, BLIS,
Accelerate) where Deno is run with --allow-ffi and one is installed; HEED_BLAS
is auto, off, or the path of one.

Examples:
  heed devices
  heed devices --model my-model --device wasm
  HEED_DEVICE=webgpu heed devices --json`,
    )
    .action((options: DevicesCommandOptions) => devices(options, host));
}

async function devices(options: DevicesCommandOptions, host: Host): Promise<void> {
  const request = runtimeFrom(options, host);
  const { signal } = host;
  const { openModel } = await import("@heed/model");
  const { chooseRuntime, shippedModels } = await import("@heed/translation");
  const models: ModelChoice[] = [];
  for (const { source, target, assets } of shippedModels) {
    const directory = await openModel(await assets(), { signal });
    const chosen = await untilInterrupted(chooseRuntime(directory, request), signal);
    models.push({ model: `${source}-${target}`, ...chosen });
  }
  const { model } = options;
  if (model !== undefined) {
    const directory = await locateModel(model, host, options);
    const chosen = await untilInterrupted(chooseRuntime(directory, request), signal);
    models.push({ model, ...chosen });
  }
  signal.throwIfAborted();
  const { version } = await import("@tensorflow/tfjs");
  const { deno, v8 } = Deno.version;
  const report: DevicesReport = {
    models,
    implementations: await findImplementations(host, request),
    versions: { heed: config.version, tfjs: version.tfjs, deno, v8 },
  };
  await host.writeOut(options.json ? JSON.stringify(report) + "\n" : describe(report));
}

function describe({ models, implementations, versions }: DevicesReport): string {
  const width = Math.max(...models.map(({ model }) => model.length)) + 2;
  return [
    ...models.map(({ model, engine, device, reason }) =>
      `${model.padEnd(width)}runs on ${device} by ${nameOf(engine)}: ${reason}`
    ),
    "",
    ...implementations.map(({ engine, device, works, detail }) =>
      `${nameOf(engine).padEnd(12)}${device.padEnd(8)}${works ? "works" : "fails"}   ${detail}`
    ),
    "",
    Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "),
    "",
  ].join("\n");
}

function nameOf(engine: Runtime["engine"]): string {
  return engine === "engine" ? "the engine" : "tfjs";
}
