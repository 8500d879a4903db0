import { assert, assertEquals, assertMatch } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { createApp } from "../app.ts";
import { Models, servedModels } from "../models.ts";
import { fakeModels } from "../testing/fake_models.ts";
import type { SharedModel } from "./shared_models.ts";

const listOf = async (app: ReturnType<typeof createApp>): Promise<SharedModel[]> =>
  await (await app.request("/browser/models.json")).json();

Deno.test("browsers are given the files of the configured models, and nothing else of their folders", async () => {
  using models = new Models(await servedModels([]));
  const app = createApp({ models });
  const [first, second] = await listOf(app);
  assertEquals([first.pairs, second.pairs], [
    [{ source: "en", target: "de" }],
    [{ source: "de", target: "en" }],
  ]);
  const lengths = (files: readonly { path: string; bytes: number }[]) =>
    files.map(({ path, bytes }) => [path, bytes]).sort();
  assertEquals(lengths(first.files), lengths(assets.files));
  assert(first.revision !== second.revision);
  const config = await app.request(`/browser/models/${first.revision}/config.json`);
  assertEquals(await config.text(), await Deno.readTextFile(new URL("config.json", assets.base)));
  for (const path of ["mod.ts", "..%2Fmod.ts", "..%2F..%2Fdeno.json", "%2Fetc%2Fpasswd"]) {
    const answer = await app.request(`/browser/models/${first.revision}/${path}`);
    assertEquals([path, answer.status], [path, 404]);
    assertEquals(await answer.json(), { error: "Not found" });
  }
  assertEquals((await app.request("/browser/models/other/config.json")).status, 404);
  assertEquals(models.load.loaded, 0);
});

Deno.test("browsers are given no models where keys are needed, or where a model has no files", async () => {
  using models = new Models(await servedModels([]));
  assertEquals(await listOf(createApp({ models, settings: { apiKeys: ["secret"] } })), []);
  using fake = fakeModels();
  assertEquals(await listOf(createApp({ models: fake })), []);
});

Deno.test("the scripts of the browser are listed, and come compressed only to those who read that", async () => {
  const app = createApp({ models: fakeModels() });
  const names: string[] = await (await app.request("/browser/files.json")).json();
  assert(names.includes("worker.js") && names.includes("eld/ngrams/medium.js"), names.join());
  const headers = { "Accept-Encoding": "gzip, br" };
  const packed = await app.request("/browser/worker.js", { headers });
  assertEquals(packed.headers.get("Content-Encoding"), "gzip");
  const text = await new Response(
    packed.body!.pipeThrough(new DecompressionStream("gzip")),
  ).text();
  assertEquals(await (await app.request("/browser/worker.js")).text(), text);
  const detector = await app.request("/browser/eld/avgScore.js", { headers });
  assertEquals(detector.headers.get("Content-Encoding"), "gzip");
  await detector.body!.cancel();
  assertMatch(await (await app.request("/browser/eld/avgScore.js")).text(), /avgScore/);
  for (const path of ["other.js", "eld/index.js", "eld/..%2Fpackage.js"]) {
    assertEquals((await app.request(`/browser/${path}`)).status, 404, path);
  }
});
