import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { files } from "@heed/checkpoint";
import { selectDevice } from "./device.ts";
import { requestAdapter } from "./adapter.ts";
import { gpuTest } from "./testing/webgpu.ts";
import { watchErrors } from "./_webgpu.ts";

/**
 * Runs `f` where the environment has a variable, or does not. The process's own is left alone: tests that run beside
 * this one share it.
 */
async function withVariable<T>(
  name: string,
  value: string | undefined,
  f: () => Promise<T>,
): Promise<T> {
  const { environment } = files;
  files.environment = (asked) => asked === name ? value : environment(asked);
  try {
    return await f();
  } finally {
    files.environment = environment;
  }
}

Deno.test("selectDevice() takes a device by name, twice as well", async () => {
  for (const prefer of ["wasm", "wasm", "cpu"] as const) {
    const device = await selectDevice({ prefer });
    assertEquals([device.name, device.reason], [prefer, "asked for by name"]);
    assertEquals(tf.getBackend(), prefer);
  }
});

Deno.test("selectDevice() obeys HEED_DEVICE, unless a device is asked for", async () => {
  await withVariable("HEED_DEVICE", "cpu", async () => {
    assertEquals(await selectDevice(), {
      name: "cpu",
      reason: "the environment variable HEED_DEVICE names it",
    });
    assertEquals((await selectDevice({ prefer: "wasm" })).name, "wasm");
  });
  await withVariable("HEED_DEVICE", "abacus", async () => {
    await assertRejects(
      () => selectDevice(),
      RangeError,
      'Cannot start device "abacus": it is not one of auto, webgpu, wasm, cpu',
    );
  });
});

Deno.test("selectDevice() obeys HEED_SIMD", async () => {
  await withVariable("HEED_SIMD", "plain", async () => {
    assertEquals((await selectDevice({ prefer: "wasm" })).simd, "plain");
    assertEquals((await selectDevice({ prefer: "wasm", simd: "relaxed" })).simd, "relaxed");
  });
  await withVariable("HEED_SIMD", "relaxed-i7", async () => {
    assertEquals((await selectDevice({ prefer: "wasm" })).simd, "relaxed");
  });
  await withVariable("HEED_SIMD", "wide", async () => {
    await assertRejects(() => selectDevice({ prefer: "wasm" }), RangeError, '"wide"');
  });
});

Deno.test("selectDevice() takes WebGPU by itself only with a real adapter", async () => {
  const { adapter, failure } = await requestAdapter();
  const device = await withVariable("HEED_DEVICE", undefined, () => selectDevice());
  if (adapter && !adapter.software) assertEquals(device.name, "webgpu");
  else {
    assertEquals(device.name, "wasm");
    assertStringIncludes(device.reason, adapter ? "software" : failure);
  }
});

Deno.test("selectDevice() says why there is no WebGPU", async () => {
  const { navigator } = globalThis as { navigator: object };
  const replace = (gpu: unknown) =>
    Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  try {
    replace(undefined);
    await assertRejects(
      () => selectDevice({ prefer: "webgpu" }),
      Error,
      "Cannot start device webgpu: this runtime has no WebGPU (navigator.gpu); use wasm instead",
    );
    replace({ requestAdapter: () => Promise.resolve(null) });
    await assertRejects(() => selectDevice({ prefer: "webgpu" }), Error, "finds no adapter");
    replace({ requestAdapter: () => Promise.reject(new Error("driver gone")) });
    await assertRejects(() => selectDevice({ prefer: "webgpu" }), Error, "driver gone");
    assertEquals((await withVariable("HEED_DEVICE", undefined, () => selectDevice())).name, "wasm");
  } finally {
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  }
});

gpuTest("an error of the WebGPU device is thrown by the next read", async () => {
  const { adapter: description } = await selectDevice({ prefer: "webgpu" });
  assert(description);
  const { device } = tf.backend() as unknown as {
    device: { createShaderModule(options: object): unknown };
  };
  device.createShaderModule({ code: "this is no shader" });
  const x = tf.tensor1d([1, 2]), y = tf.add(x, 1);
  const error = await assertRejects(() => y.data(), Error, "Cannot read from the WebGPU device");
  assert((error as Error).message.length > 40, "the message of the device is part of it");
  assertEquals([...await tf.add(x, 2).data()], [3, 4]);
});

Deno.test("errors that come as events are thrown once, a lost device at every read", async () => {
  let lose = (_: { message: string }) => {};
  const lost = new Promise<{ message: string }>((resolve) => lose = resolve);
  const device = Object.assign(new EventTarget(), {
    lost,
    pushErrorScope() {},
    popErrorScope: () => Promise.resolve(null),
  });
  const backend = { device, read: () => Promise.resolve(new Float32Array(1)) };
  watchErrors(backend);
  assertEquals((await backend.read()).length, 1);
  const event = Object.assign(new Event("uncapturederror", { cancelable: true }), {
    error: new Error("buffer too large"),
  });
  device.dispatchEvent(event);
  await assertRejects(() => backend.read(), Error, "buffer too large");
  assertEquals((await backend.read()).length, 1); // told once
  lose({ message: "unplugged" });
  for (let i = 0; i < 2; i++) await assertRejects(() => backend.read(), Error, "unplugged");
});
