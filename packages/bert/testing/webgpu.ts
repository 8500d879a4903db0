import * as tf from "@tensorflow/tfjs";
import { type Device, selectDevice } from "@heed/nn";
import { requestAdapter } from "@heed/nn/adapter";

const { adapter, failure } = await requestAdapter();

/** A test on WebGPU, of any adapter; where none answers it is ignored, and its name says why. */
export function gpuTest(name: string, run: (device: Device) => Promise<void>): void {
  Deno.test({
    name: adapter ? name : `${name} (ignored: ${failure})`,
    ignore: adapter === undefined,
    fn: async () => {
      const device = await selectDevice({ prefer: "webgpu" });
      // tfjs would compute with small tensors on the CPU.
      tf.env().set("WEBGPU_CPU_FORWARD", false);
      await run(device);
    },
  });
}
