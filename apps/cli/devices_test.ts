import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ffi } from "@heed/checkpoint/ffi";
import { assets } from "@heed/model-en-de";
import { fakeHost } from "./testing/fake_host.ts";
import { run } from "./program.ts";

async function devices(args: string[], environment: Record<string, string> = {}) {
  const host = fakeHost({ environment });
  const exitCode = await run(["devices", ...args], host);
  return { exitCode, out: host.out(), errors: host.errors(), loaded: host.loaded };
}

Deno.test("heed devices says what runs the shipped model, what else there is, and versions", async () => {
  const args = ["--device", "wasm", "--threads", "2", "--json"];
  const { exitCode, out, errors } = await devices(args);
  assertEquals(exitCode, 0, errors);
  const { models, implementations, versions } = JSON.parse(out);
  assertEquals(models.map(({ model }: { model: string }) => model), ["en-de", "de-en"]);
  assertEquals(models[0].device, "wasm");
  assertEquals([models[0].engine, models[0].reason], ["engine", "asked for by name"]);
  assertEquals(
    implementations.map(({ engine, device }: Record<string, string>) => `${engine} ${device}`),
    ["engine wasm", "tfjs webgpu", "tfjs wasm"],
  );
  assertEquals(implementations[0], {
    engine: "engine",
    device: "wasm",
    works: true,
    detail: "plain SIMD instructions, int8, 2 threads (asked for by --threads), " +
      "with SharedArrayBuffer, with Worker",
    simd: "plain",
    threads: 2,
    sharedArrayBuffer: true,
    worker: true,
  });
  assertEquals(implementations[2].works, true);
  assertEquals(Object.keys(versions), ["heed", "tfjs", "deno", "v8"]);
});

Deno.test("heed devices prints lines for people", async () => {
  const { exitCode, out, errors } = await devices(["--device", "cpu"]);
  assertEquals([exitCode, out], [2, ""], errors); // a reference for tests only
  const wasm = await devices(["--device", "wasm"]);
  assertEquals(wasm.exitCode, 0, wasm.errors);
  assertMatch(wasm.out, /^en-de {2}runs on wasm by the engine: asked for by name/);
  assertStringIncludes(wasm.out, "\nthe engine  wasm    works   plain SIMD instructions");
  assertMatch(wasm.out, / threads \((the machine has \d+ cores?|no workers|the environment)/);
  assertMatch(wasm.out, /\ntfjs {8}webgpu {2}(works|fails) {3}/);
  assertMatch(
    wasm.out,
    /\ntfjs {8}wasm {4}works {3}\w+ SIMD instructions, float32, 1 thread, (no BLAS \(|products by )/,
  );
});

Deno.test("heed devices says by what tfjs multiplies, or why by itself", async () => {
  // Not in the process's own environment, which tests that run beside this one share.
  const { environment } = ffi!;
  const wasm = async (blas: string) => {
    ffi!.environment = (name) => name === "HEED_BLAS" ? blas : environment(name);
    const { out, errors } = await devices(["--device", "wasm", "--json"]);
    return JSON.parse(out || errors).implementations[2];
  };
  try {
    const off = await wasm("off");
    assertEquals([off.blas, off.blasReason], [undefined, "it is turned off"]);
    assertStringIncludes(off.detail, "1 thread, no BLAS (it is turned off)");
    const wrong = await wasm("/no/such/library.so");
    assertMatch(wrong.detail, /no BLAS \(\/no\/such\/library\.so cannot be opened \(.+\)\)$/);
  } finally {
    ffi!.environment = environment;
  }
});

Deno.test("heed devices speaks of a model directory, and of what was asked for", async () => {
  const model = assets.base.pathname;
  const { out, errors, loaded } = await devices([
    ...["--model", model, "--device", "wasm", "--threads", "3", "--json"],
  ]);
  const { models } = JSON.parse(out || errors);
  assertEquals(models.map(({ model }: { model: string }) => model), ["en-de", "de-en", model]);
  assertEquals(loaded[0].options, { device: "wasm", dtype: undefined, threads: 3 });
  const byVariable = await devices(["--json"], { HEED_DEVICE: "wasm" });
  assertEquals(JSON.parse(byVariable.out || byVariable.errors).models[0].device, "wasm");
});

Deno.test("heed devices refuses what is not there", async () => {
  const unknown = await Deno.makeTempDir();
  await Deno.writeTextFile(`${unknown}/config.json`, '{"model_type": "bert"}');
  const cases: [args: string[], exitCode: number, message: string][] = [
    [["--model", "/no/such/model"], 1, "there is no such folder"],
    [["--model", unknown, "--device", "wasm"], 1, '"bert"'],
    [["--threads", "0"], 2, "positive integer"],
    [["--dtype", "fp32", "--device", "webgpu"], 2, "only the engine"],
  ];
  for (const [args, exitCode, message] of cases) {
    const { errors, out, ...result } = await devices(args);
    assertStringIncludes(errors, message);
    assertEquals([result.exitCode, out], [exitCode, ""]);
  }
  await Deno.remove(unknown, { recursive: true });
});
