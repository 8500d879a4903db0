import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { chooseRuntime } from "./load.ts";
import { type LoadOptions, loadTranslatorParts } from "./load.ts";
import type { Machine } from "./decide_runtime.ts";
import { type LoadedModel, type ModelLoaders, modelLoaders } from "./loaded_model.ts";
import { ReversingModel } from "./testing/fake_model.ts";
import { clearCase } from "./testing/shipped_sentences.ts";
import { shortlistFile } from "./shortlist/shortlist.ts";
import { Translator } from "./translator.ts";

/** The shipped model as a package without a shortlist. */
const plain = { ...assets, files: assets.files.filter(({ path }) => path !== shortlistFile) };
/** A machine without a GPU, on which the engine runs everything. */
const machine: Machine = {
  environment: () => undefined,
  requestAdapter: () => Promise.resolve({ failure: "WebGPU finds no adapter" }),
  refusal: () => undefined,
};
const withGpu: Machine = {
  ...machine,
  requestAdapter: () => Promise.resolve({ adapter: { software: false, info: {} }, failure: "" }),
};

/** Loaders that write down what they are asked for. */
function recorder({ failing = "" } = {}): { loaders: ModelLoaders; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const load = (name: string, ...args: unknown[]): Promise<LoadedModel> => {
    calls.push([name, ...args]);
    const details = name === "engine" ? { dtype: "int8", simd: "plain", threads: 2 } as const : {};
    return Promise.resolve({ model: new ReversingModel(), details });
  };
  const loaders: ModelLoaders = {
    engine: (_, options) => load("engine", options),
    tfjs: (_, { name }) => load("tfjs", name),
    startTfjs(device) {
      calls.push(["start", device]);
      return device === failing
        ? Promise.reject(new Error("no shaders"))
        : Promise.resolve({ name: device, reason: "it is a test" });
    },
  };
  return { loaders, calls };
}

async function load(
  options: LoadOptions,
  on: Machine,
  failing = "",
  model: URL | typeof plain = plain,
) {
  const { loaders, calls } = recorder({ failing });
  const { device } = await loadTranslatorParts(model, options, { machine: on, loaders });
  return { device, calls };
}

Deno.test("loading takes the engine, with what was asked for, and says so", async () => {
  assertEquals(await load({ device: "wasm", dtype: "fp32", threads: 3 }, machine), {
    device: {
      name: "wasm",
      reason: "asked for by name",
      engine: "engine",
      dtype: "int8",
      simd: "plain",
      threads: 2,
    },
    calls: [["engine", { dtype: "fp32", threads: 3, shortlist: false }]],
  });
});

Deno.test("loading looks for a shortlist where there may be one, unless told not to", async () => {
  const given = async (options: LoadOptions, model: URL | typeof plain) => {
    const { calls } = await load({ device: "wasm", ...options }, machine, "", model);
    return calls;
  };
  const call = (
    shortlist: boolean,
  ) => [["engine", { dtype: undefined, threads: undefined, shortlist }]];
  assertEquals(await given({}, plain), call(false));
  assertEquals(await given({}, assets.base), call(true));
  assertEquals(await given({ shortlist: false }, assets.base), call(false));
});

Deno.test("loading takes tfjs on WebGPU with a real adapter, and another when that does not start", async () => {
  assertEquals(await load({}, withGpu), {
    device: { name: "webgpu", reason: "a graphics adapter answers", engine: "tfjs" },
    calls: [["start", "webgpu"], ["tfjs", "webgpu"]],
  });
  const fallback = await load({}, withGpu, "webgpu");
  assertEquals(fallback.calls, [["start", "webgpu"], ["engine", {
    dtype: undefined,
    threads: undefined,
    shortlist: false,
  }]]);
  assertEquals(fallback.device?.reason, "WebGPU does not start (no shaders)");
  const refusal: Machine["refusal"] = (runner) => runner === "engine" ? "it is new" : undefined;
  const byTfjs = await load({}, { ...withGpu, refusal }, "webgpu");
  assertEquals(byTfjs.calls, [["start", "webgpu"], ["start", "wasm"], ["tfjs", "wasm"]]);
  await assertRejects(() => load({ device: "webgpu" }, withGpu, "webgpu"), Error, "no shaders");
});

Deno.test("loading goes through tfjs by the same call where the engine cannot run the model", async () => {
  const refusal: Machine["refusal"] = (runner) =>
    runner === "engine" ? "the engine does not know it" : undefined;
  const parts = await loadTranslatorParts(
    plain,
    { device: "wasm" },
    { machine: { ...machine, refusal }, loaders: modelLoaders },
  );
  using translator = new Translator(parts);
  assertEquals(translator.device, {
    name: "wasm",
    reason: "asked for by name; by tfjs, since the engine does not know it",
    engine: "tfjs",
  });
  const [[{ translation }]] = await translator.translate([clearCase.source]);
  assertEquals(translation, clearCase.translation);
});

Deno.test("Translator.load() refuses wrong options before it loads anything", async () => {
  const refuse = (options: unknown, message: string) =>
    assertRejects(() => Translator.load(assets, options as LoadOptions), RangeError, message);
  await refuse({ device: "tpu" }, 'Cannot start device "tpu"');
  await refuse({ dtype: "int4" }, 'dtype "int4"');
  await refuse({ dtype: "int8", device: "webgpu" }, "Cannot compute in int8 on webgpu");
  await refuse({ threads: 0 }, "Cannot translate with threads 0");
});

Deno.test("chooseRuntime() reads what a model is, and does not load it", async () => {
  const directory = await Deno.makeTempDir();
  const choose = async (config: string) => {
    await Deno.writeTextFile(`${directory}/config.json`, config);
    return await chooseRuntime(directory, { device: "wasm" });
  };
  assertEquals((await choose('{"model_type": "marian"}')).device, "wasm");
  const error = await assertRejects(() => choose('{"model_type": "bert"}'), RangeError);
  assertStringIncludes((error as Error).message, '"bert"');
  await assertRejects(() => choose("{"), SyntaxError, "config.json");
  await assertRejects(() => choose("null"), SyntaxError, "it is not an object");
  await Deno.remove(directory, { recursive: true });
});
