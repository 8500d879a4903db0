import { assert, assertEquals } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { readLanguages } from "@heed/translation";
import { fakeHost } from "./testing/fake_host.ts";
import { run } from "./program.ts";

const testdata = new URL("../../testdata/training/", import.meta.url);

Deno.test("heed train continues from the shipped model and lowers its loss on unseen text", async () => {
  const directory = await Deno.makeTempDir();
  const path = (url: URL) => decodeURIComponent(url.pathname);
  const unseen = await Deno.readTextFile(new URL("game-dev.tsv", testdata));
  await Deno.writeTextFile(`${directory}/dev.tsv`, unseen.split("\n").slice(0, 20).join("\n"));
  const config = {
    model: "transformer",
    initialCheckpoint: path(assets.base),
    data: {
      train: [path(new URL("game-train.tsv", testdata))],
      dev: `${directory}/dev.tsv`,
      sourceLanguage: "en",
      targetLanguage: "de",
    },
    batch: { tokens: 600 },
    optimizer: { learningRate: 1e-4 },
    schedule: { name: "constant", warmupSteps: 2 },
    evaluate: { every: 6, bleuSentences: 0 },
    checkpoint: { every: 6 },
    steps: 6,
    device: "wasm",
    output: directory,
  };
  await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(config));
  const host = fakeHost();
  assertEquals(await run(["train", `${directory}/config.json`], host), 0, host.errors());
  const log = await Deno.readTextFile(`${directory}/log.jsonl`);
  const losses = log.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ event }) => event === "evaluation").map(({ loss }) => loss);
  assertEquals(losses.length, 2);
  assert(losses[1] < losses[0] - 0.02, `the loss went from ${losses[0]} to ${losses[1]}`);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("heed train turns a model round: what it saves translates the other way", async () => {
  const directory = await Deno.makeTempDir();
  const path = (url: URL) => decodeURIComponent(url.pathname);
  const config = {
    model: "transformer",
    initialCheckpoint: path(assets.base),
    data: {
      train: [path(new URL("game-dev.tsv", testdata))],
      sourceLanguage: "de",
      targetLanguage: "en",
      sourceColumn: 1,
      targetColumn: 0,
    },
    batch: { tokens: 256 },
    schedule: { name: "constant", warmupSteps: 0 },
    steps: 1,
    device: "wasm",
    output: directory,
  };
  await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(config));
  const host = fakeHost();
  assertEquals(await run(["train", `${directory}/config.json`], host), 0, host.errors());
  assertEquals(await readLanguages(`${directory}/model`), [{ source: "de", target: "en" }]);
  await Deno.remove(directory, { recursive: true });
});
