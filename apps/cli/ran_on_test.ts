import { assertEquals } from "@std/assert";
import { ranOn } from "./ran_on.ts";

Deno.test("ranOn() says as much as is known", () => {
  const engine = { name: "wasm", engine: "engine", dtype: "fp32", threads: 1 } as const;
  assertEquals(ranOn(engine), "wasm by the engine, fp32, 1 thread");
  assertEquals(ranOn({ ...engine, threads: 4 }), "wasm by the engine, fp32, 4 threads");
  assertEquals(ranOn({ name: "webgpu", engine: "tfjs" }), "webgpu by tfjs");
  assertEquals(ranOn({ name: "paper" }), "paper");
  assertEquals(ranOn({}), "an unknown device");
});
