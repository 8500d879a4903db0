import os from "node:os";
import * as tf from "@tensorflow/tfjs";
import type { Machine } from "./results.ts";

/** Describes this machine and its programs, today. */
export function describeMachine(): Machine {
  const cores = os.cpus();
  const { total } = Deno.systemMemoryInfo();
  return {
    hardware: `${cores[0]?.model ?? Deno.build.arch}, ${cores.length} cores, ` +
      `${Math.round(total / 2 ** 30)} GiB of memory`,
    versions: `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, tfjs ${tf.version.tfjs}`,
    date: new Date().toISOString().slice(0, 10),
  };
}
