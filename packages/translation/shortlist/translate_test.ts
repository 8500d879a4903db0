import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { joinPath } from "@heed/checkpoint";
import { assets } from "@heed/model-en-de";
import type { GenerateOptions } from "@heed/search";
import type { Machine } from "../decide_runtime.ts";
import { type LoadOptions, loadTranslatorParts } from "../load.ts";
import { Translator } from "../translator.ts";
import { limitChoice, selectIds } from "./limit_choice.ts";
import { Shortlist, shortlistFile } from "./shortlist.ts";
import { writeShortlist } from "./shortlist_file.ts";

/** The shipped model with a shortlist of every second id: what it says is not what it wants to say. */
const directory = await Deno.makeTempDir();
for (const { path } of assets.files) {
  if (path !== shortlistFile) {
    await Deno.symlink(new URL(path, assets.base), `${directory}/${path}`);
  }
}
const { vocab_size: vocabSize } = JSON.parse(
  await Deno.readTextFile(new URL("config.json", assets.base)),
);
const halves = new Shortlist({
  vocabSize,
  always: Int32Array.from({ length: 3999 }, (_, i) => 2 * i),
  offsets: Int32Array.from({ length: vocabSize + 1 }, (_, id) => id),
  ids: Int32Array.from({ length: vocabSize }, (_, id) => Math.max(0, 7997 - id)),
});
await writeShortlist(joinPath(directory, shortlistFile), halves);

const texts = [
  "Open the file.",
  "The printer does not respond.",
  "You must restart the system before you can use the new kernel.",
];

/** A machine without the engine: tfjs computes on WASM, which is many times faster than on `cpu`. */
const byTfjs: Machine = {
  environment: () => undefined,
  requestAdapter: () => Promise.resolve({ failure: "there is no adapter" }),
  refusal: (runner) => runner === "engine" ? "it is left out here" : undefined,
};

async function translate(
  { machine, ...options }: LoadOptions & { machine?: Machine },
  search: { numBeams: number; batchSize?: number },
) {
  using translator = machine
    ? new Translator(await loadTranslatorParts(directory, options, { machine }))
    : await Translator.load(directory, options);
  const found = await translator.translate(texts, search);
  return {
    texts: found.map(([{ translation }]) => translation),
    scores: found.map(([{ score }]) => Math.round(score * 1e3)),
    shortlist: translator.device?.shortlist,
  };
}

for (const numBeams of [1, 4]) {
  Deno.test(`a shortlist limits engine, tfjs and every batch in the same way (${numBeams} beams)`, async () => {
    const engine = await translate({ device: "wasm", dtype: "fp32" }, { numBeams });
    const single = await translate({ device: "wasm", dtype: "fp32" }, { numBeams, batchSize: 1 });
    const tfjs = await translate({ machine: byTfjs }, { numBeams });
    const all = await translate({ device: "wasm", dtype: "fp32", shortlist: false }, { numBeams });
    assertEquals(single, engine);
    assertEquals(tfjs.texts, engine.texts);
    if (numBeams > 1) assertEquals(tfjs.scores, engine.scores);
    assertEquals([engine.shortlist, tfjs.shortlist, all.shortlist], [true, true, undefined]);
    assertNotEquals(all.texts, engine.texts);
  });
}

Deno.test("a model with a shortlist of another vocabulary is refused on every device", async () => {
  const other = await Deno.makeTempDir();
  for (const { path } of assets.files) {
    if (path !== shortlistFile) await Deno.symlink(new URL(path, assets.base), `${other}/${path}`);
  }
  const offsets = new Int32Array(8);
  const small = new Shortlist({
    vocabSize: 7,
    always: Int32Array.of(0),
    offsets,
    ids: offsets.slice(8),
  });
  await writeShortlist(joinPath(other, shortlistFile), small);
  for (const device of ["wasm", "cpu"] as const) {
    const load = () => Translator.load(other, { device });
    await assertRejects(load, RangeError, `for a vocabulary of 7 and the model has ${vocabSize}`);
    using translator = await Translator.load(other, { device, shortlist: false });
    assertEquals(translator.device?.shortlist, undefined);
  }
});

Deno.test("selectIds() lets forced tokens pass, and steps back from processors of the caller", () => {
  const select = (options: GenerateOptions) => selectIds(halves, [[3, 0], [5, 0]], options);
  const plain = select({})!;
  assertEquals(plain.map((ids) => ids.includes(7994)), [true, true]);
  assertEquals(plain.map((ids) => ids.includes(4001)), [false, false]);
  const forced = select({ forcedPrefixIds: [[4001], []], forcedBosTokenId: 4003 })!;
  assertEquals(forced.map((ids) => ids.includes(4001)), [true, false]);
  assertEquals(forced.map((ids) => ids.includes(4003)), [true, true]);
  const required = select({ requiredTokenIds: [[], [4001]] })!;
  assertEquals(required.map((ids) => ids.includes(4001)), [false, true]);
  for (const ids of forced) assert(ids.every((id, i) => i === 0 || id > ids[i - 1]));
  assertEquals(select({ logitsProcessors: [() => {}] }), undefined);
});

Deno.test("limitChoice() leaves a sentence its ids, with probabilities that sum to 1", () => {
  const limit = limitChoice([Int32Array.of(1, 3), Int32Array.of(0)]);
  const scores = Float32Array.of(-1, -2, -0.5, -3);
  limit(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
  assertEquals([scores[0], scores[2]], [-Infinity, -Infinity]);
  assertEquals(Math.abs(Math.exp(scores[1]) + Math.exp(scores[3]) - 1) < 1e-6, true);
  assertEquals(Math.abs(scores[1] - scores[3] - 1) < 1e-6, true);
  const banned = new Float32Array(4).fill(-Infinity);
  limit(banned, { sentence: 1, ids: [0], step: 0, maxNewTokens: 9 });
  assertEquals([...banned], Array(4).fill(-Infinity));
});
