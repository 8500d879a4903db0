import { assertEquals, assertRejects } from "@std/assert";
import { decideRuntime, type Machine, type RuntimeRequest } from "./decide_runtime.ts";

const real = { adapter: { software: false, info: {} }, failure: "" };
const software = { adapter: { software: true, info: {} }, failure: "" };
const none = { failure: "WebGPU finds no adapter" };

/** A machine without a GPU that counts how often it is asked for an adapter. */
function machine(
  { adapter = none as Awaited<ReturnType<Machine["requestAdapter"]>>, variable = "" } = {},
): Machine & { asked: number } {
  return {
    asked: 0,
    environment: (name) => name === "HEED_DEVICE" ? variable || undefined : undefined,
    requestAdapter() {
      this.asked++;
      return Promise.resolve(adapter);
    },
    refusal: (runner, { model_type }) => {
      const known = runner === "engine" ? ["marian", "ssru"] : ["marian", "rnnsearch"];
      return known.includes(`${model_type}`) ? undefined : `${runner} runs no ${model_type} models`;
    },
  };
}

const marian = { model_type: "marian" };
const rnn = { model_type: "rnnsearch" };
const byName = "asked for by name";
const byVariable = "the environment variable HEED_DEVICE names it";
const unknown = "; by tfjs, since engine runs no rnnsearch models";

const cases: [
  title: string,
  request: RuntimeRequest,
  options: Parameters<typeof machine>[0],
  expected: [engine: string, device: string, reason: string],
  asked: number,
][] = [
  ["wasm", { device: "wasm" }, { adapter: real }, ["engine", "wasm", byName], 0],
  ["webgpu", { device: "webgpu" }, {}, ["tfjs", "webgpu", byName], 0],
  ["cpu", { device: "cpu" }, {}, ["tfjs", "cpu", byName], 0],
  ["nothing, with a GPU", {}, { adapter: real }, [
    "tfjs",
    "webgpu",
    "a graphics adapter answers",
  ], 1],
  ["auto, with a software adapter", { device: "auto" }, { adapter: software }, [
    "engine",
    "wasm",
    "the only WebGPU adapter is software, which is slower",
  ], 1],
  ["auto, without an adapter", { device: "auto" }, {}, ["engine", "wasm", none.failure], 1],
  ["auto, HEED_DEVICE names wasm", {}, { variable: "wasm", adapter: real }, [
    "engine",
    "wasm",
    byVariable,
  ], 0],
  ["auto, HEED_DEVICE names cpu", {}, { variable: "cpu" }, ["tfjs", "cpu", byVariable], 0],
  ["auto, HEED_DEVICE says auto", {}, { variable: "auto" }, ["engine", "wasm", none.failure], 1],
  ["wasm, HEED_DEVICE names cpu", { device: "wasm" }, { variable: "cpu" }, [
    "engine",
    "wasm",
    byName,
  ], 0],
  ["int8, with a GPU", { dtype: "int8" }, { adapter: real }, [
    "engine",
    "wasm",
    "dtype int8 asks for the engine",
  ], 0],
  ["fp32 on wasm", { dtype: "fp32", device: "wasm" }, {}, ["engine", "wasm", byName], 0],
];

for (const [title, request, options, [engine, device, reason], asked] of cases) {
  Deno.test(`decideRuntime() for a Marian model, asked for ${title}`, async () => {
    const found = machine(options);
    assertEquals(await decideRuntime(marian, { request, machine: found }), {
      engine,
      device,
      reason,
    } as Awaited<ReturnType<typeof decideRuntime>>);
    assertEquals(found.asked, asked, "the adapter is asked for only when it decides");
  });
}

Deno.test("decideRuntime() gives tfjs what the engine cannot run, and says why", async () => {
  for (const [request, reason] of [[{ device: "wasm" }, byName], [{}, none.failure]] as const) {
    assertEquals(await decideRuntime(rnn, { request, machine: machine() }), {
      engine: "tfjs",
      device: "wasm",
      reason: reason + unknown,
    });
  }
  assertEquals(await decideRuntime(rnn, { request: {}, machine: machine({ adapter: real }) }), {
    engine: "tfjs",
    device: "webgpu",
    reason: "a graphics adapter answers",
  });
});

Deno.test("decideRuntime() gives the engine what tfjs cannot run, also with a GPU", async () => {
  const found = machine({ adapter: real });
  assertEquals(await decideRuntime({ model_type: "ssru" }, { request: {}, machine: found }), {
    engine: "engine",
    device: "wasm",
    reason: "on WebGPU tfjs would compute, and tfjs runs no ssru models",
  });
  assertEquals(found.asked, 0);
});

Deno.test("decideRuntime() refuses what it does not know, and a dtype without the engine", async () => {
  const refuse = (
    message: string,
    { request, config = marian, variable = "" }: {
      request: unknown;
      config?: Record<string, unknown>;
      variable?: string;
    },
  ) =>
    assertRejects(
      () =>
        decideRuntime(config, {
          request: request as RuntimeRequest,
          machine: machine({ variable }),
        }),
      RangeError,
      message,
    );
  await refuse('Cannot start device "tpu": it is not', { request: { device: "tpu" } });
  await refuse('Cannot start device "tpu" of HEED_DEVICE', { request: {}, variable: "tpu" });
  await refuse('dtype "int4": it is not one of int8, fp32', { request: { dtype: "int4" } });
  await refuse("Cannot compute in int8 on webgpu (asked for by name)", {
    request: { dtype: "int8", device: "webgpu" },
  });
  await refuse("Cannot compute in fp32 on cpu (the environment variable HEED_DEVICE names it)", {
    request: { dtype: "fp32" },
    variable: "cpu",
  });
  await refuse("and engine runs no rnnsearch models; leave dtype out", {
    request: { dtype: "fp32" },
    config: rnn,
  });
  await refuse("tfjs computes there, and tfjs runs no ssru models; use wasm", {
    request: { device: "webgpu" },
    config: { model_type: "ssru" },
  });
  await refuse("Cannot run this model: engine runs no new models, and tfjs cannot either", {
    request: {},
    config: { model_type: "new" },
  });
});
