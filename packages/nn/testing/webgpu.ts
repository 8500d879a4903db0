import * as tf from "@tensorflow/tfjs";
import { hasWebGpu } from "./comparison.ts";

/** A test on WebGPU, of any adapter; where none answers it says so and does nothing. */
export function gpuTest(name: string, run: (t: Deno.TestContext) => void | Promise<void>): void {
  Deno.test(name, async (t) => {
    if (!await hasWebGpu()) {
      console.log("skipped: no WebGPU adapter answers, not even a software one");
      return;
    }
    // tfjs would compute with small tensors on the CPU.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    await run(t);
  });
}
