import type { Command } from "commander";
import config from "../deno.json" with { type: "json" };
import type { Host } from "../host.ts";
import { type DeviceChoice, deviceFrom, deviceOption } from "../options.ts";

interface DevicesCommandOptions {
  readonly device?: DeviceChoice;
  readonly json?: boolean;
}

/** What was found out about a device. */
interface Candidate {
  readonly name: string;
  readonly works: boolean;
  readonly reason: string;
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
      const { reason } = await selectDevice({ prefer: name });
      candidates.push({ name, works: true, reason });
    } catch (error) {
      candidates.push({ name, works: false, reason: (error as Error).message });
    }
  }
  const { name, reason } = await selectDevice({ prefer });
  const tf = await import("@tensorflow/tfjs");
  const report = {
    chosen: { name, reason },
    asked: prefer,
    candidates,
    versions: { heed: config.version, tfjs: tf.version.tfjs, ...Deno.version },
  };
  await host.writeOut(options.json ? JSON.stringify(report) + "\n" : describe(report));
}

function describe(
  { chosen, candidates, versions }: {
    chosen: { name: string; reason: string };
    candidates: Candidate[];
    versions: Record<string, string>;
  },
): string {
  return [
    `Models run on ${chosen.name}: ${chosen.reason}`,
    "",
    ...candidates.map(({ name, works, reason }) =>
      `${name.padEnd(8)}${works ? "works" : "fails"}   ${reason}`
    ),
    "",
    Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "),
    "",
  ].join("\n");
}
