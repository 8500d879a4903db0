import type { Command } from "commander";
import type { Device } from "@heed/nn";
import config from "../deno.json" with { type: "json" };
import type { Host } from "../host.ts";
import { type DeviceChoice, deviceFrom, deviceOption } from "../options.ts";

interface DevicesCommandOptions {
  readonly device?: DeviceChoice;
  readonly json?: boolean;
}

/** What was found out about a device that could have been chosen. */
interface Candidate {
  readonly name: string;
  readonly works: boolean;
  /** What it computes with, or why it does not work. */
  readonly detail: string;
}

/** What the command says. */
interface DevicesReport {
  readonly chosen: { readonly name: string; readonly reason: string };
  readonly candidates: readonly Candidate[];
  readonly versions: Readonly<Record<string, string>>;
}

/** Adds `heed devices`. */
export function addDevicesCommand(program: Command, host: Host): void {
  program.command("devices")
    .description("Say where models run on this machine, and why.")
    .addOption(deviceOption())
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  heed devices
  HEED_DEVICE=webgpu heed devices --json`,
    )
    .action((options: DevicesCommandOptions) => devices(options, host));
}

async function devices(options: DevicesCommandOptions, host: Host): Promise<void> {
  const prefer = deviceFrom(options.device, host);
  const { selectDevice } = await import("@heed/nn");
  const candidates: Candidate[] = [];
  for (const name of ["webgpu", "wasm"] as const) {
    try {
      candidates.push({
        name,
        works: true,
        detail: detailOf(await selectDevice({ prefer: name })),
      });
    } catch (error) {
      candidates.push({ name, works: false, detail: (error as Error).message });
    }
  }
  const { name, reason } = await selectDevice({ prefer });
  const { version } = await import("@tensorflow/tfjs");
  const { deno, v8 } = Deno.version;
  const report: DevicesReport = {
    chosen: { name, reason },
    candidates,
    versions: { heed: config.version, tfjs: version.tfjs, deno, v8 },
  };
  await host.writeOut(options.json ? JSON.stringify(report) + "\n" : describe(report));
}

function detailOf({ adapter, simd }: Device): string {
  return adapter ?? (simd === undefined ? "" : `${simd} SIMD instructions`);
}

function describe({ chosen, candidates, versions }: DevicesReport): string {
  return [
    `Models run on ${chosen.name}: ${chosen.reason}`,
    "",
    ...candidates.map(({ name, works, detail }) =>
      `${name.padEnd(8)}${works ? "works" : "fails"}   ${detail}`
    ),
    "",
    Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "),
    "",
  ].join("\n");
}
