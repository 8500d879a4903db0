import { assertEquals } from "@std/assert";
import { type Adapter, describeAdapter, requestAdapter } from "./adapter.ts";

/** Runs `f` with another `navigator.gpu`. */
async function withGpu(gpu: unknown, f: () => Promise<void>): Promise<void> {
  const { navigator } = globalThis as { navigator: object };
  const set = (value: object) =>
    Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  set({ gpu });
  try {
    await f();
  } finally {
    set(navigator);
  }
}

Deno.test("requestAdapter() tells software from hardware, by flag and by name", async () => {
  const cases: [info: object | undefined, software: boolean][] = [
    [{ description: "NVIDIA A10" }, false],
    [{ description: "NVIDIA A10", isFallbackAdapter: true }, true],
    [{ device: "SwiftShader Device" }, true],
    [{ description: "llvmpipe (LLVM 15)", isFallbackAdapter: false }, true],
    [undefined, false],
  ];
  for (const [info, software] of cases) {
    await withGpu({ requestAdapter: () => Promise.resolve({ info }) }, async () => {
      const { adapter, failure } = await requestAdapter();
      assertEquals([adapter?.software, failure], [software, ""], JSON.stringify(info));
    });
  }
});

Deno.test("requestAdapter() says why there is none", async () => {
  const failureOf = async (gpu: unknown) => {
    let failure = "";
    await withGpu(gpu, async () => void ({ failure } = await requestAdapter()));
    return failure;
  };
  assertEquals(await failureOf(undefined), "this runtime has no WebGPU (navigator.gpu)");
  assertEquals(
    await failureOf({ requestAdapter: () => Promise.resolve(null) }),
    "WebGPU finds no adapter",
  );
  assertEquals(
    await failureOf({ requestAdapter: () => Promise.reject(new Error("driver gone")) }),
    "WebGPU does not answer (driver gone)",
  );
});

Deno.test("describeAdapter() names an adapter that says nothing of itself", () => {
  const unnamed: Adapter = { software: false, info: {} };
  assertEquals(describeAdapter(unnamed), "unnamed adapter");
});

Deno.test("@heed/nn/adapter loads nothing but itself", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL("./adapter.ts", import.meta.url).pathname],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(modules.length, 1);
});
