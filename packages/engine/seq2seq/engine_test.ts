import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openWeights, writeSafetensors } from "@heed/checkpoint";
import type { Hypothesis } from "@heed/search";
import { Seq2SeqEngine } from "./engine.ts";

const directory = new URL("../../../testdata/marian/relu/", import.meta.url);
const sources = [[5, 17, 33, 8, 0], [60, 0], [12, 13, 14, 15, 16, 17, 0], [9, 9, 9, 0]];
const ids = (found: Hypothesis[][]) => found.map((row) => row.map(({ ids }) => ids));

/** Sentences of the length that people write, made up. */
function sentences(count: number): number[][] {
  let seed = 7;
  const random = (below: number) => (seed = Math.imul(seed, 1103515245) + 12345 >>> 0) % below;
  return Array.from(
    { length: count },
    () => [...Array.from({ length: 1 + random(12) }, () => 1 + random(90)), 0],
  );
}

for (const dtype of ["int8", "fp32"] as const) {
  for (const numBeams of [1, 4]) {
    Deno.test(`a batch gives exactly what each sentence gives alone (${dtype}, ${numBeams} beams)`, async () => {
      using engine = await Seq2SeqEngine.load(directory, { dtype, threads: 1 });
      const options = { numBeams, maxNewTokens: 12 };
      const together = await engine.generate(sources, options);
      for (const [i, source] of sources.entries()) {
        assertEquals((await engine.generate([source], options))[0], together[i]);
      }
    });
  }
}

Deno.test("int8 gives the same integers in every SIMD mode that multiplies 8 bits", async () => {
  const results = await Promise.all((["plain", "relaxed"] as const).map(async (simd) => {
    using engine = await Seq2SeqEngine.load(directory, { simd: simd as "plain", threads: 1 });
    return ids(await engine.generate(sources, { numBeams: 4, maxNewTokens: 12 }));
  }));
  assertEquals(results[0], results[1]);
});

Deno.test("threads give what one thread gives, in any order", async () => {
  const batches = Array.from({ length: 12 }, (_, i) => sentences(i + 2).slice(-2));
  using one = await Seq2SeqEngine.load(directory, { threads: 1 });
  const expected: Hypothesis[][][] = [];
  for (const batch of batches) expected.push(await one.generate(batch, { maxNewTokens: 20 }));
  for (const keepCallerFree of [false, true]) {
    using three = await Seq2SeqEngine.load(directory, { threads: 3, keepCallerFree });
    assertEquals(three.concurrency, 3);
    const actual = await Promise.all(
      batches.map((batch) => three.generate(batch, { maxNewTokens: 20 })),
    );
    assertEquals(actual, expected);
    assertEquals(await three.score(sources, sources), await one.score(sources, sources));
    assertEquals(
      (await three.decode(sources[0], [7, 8, 0])).logits,
      (await one.decode(sources[0], [7, 8, 0])).logits,
    );
  }
});

Deno.test("calls run on the caller's thread where no worker can start", async () => {
  using one = await Seq2SeqEngine.load(directory, { threads: 1 });
  const workerUrl = new URL("no_worker.js", import.meta.url);
  using two = await Seq2SeqEngine.load(directory, { threads: 2, workerUrl });
  const run = (engine: Seq2SeqEngine) =>
    Promise.all(sources.map((source) => engine.generate([source], { maxNewTokens: 8 })));
  assertEquals(two.concurrency, 2);
  assertEquals(await run(two), await run(one));
  assertEquals(two.concurrency, 1);
});

Deno.test("interleaved requests on one thread do not see each other", async () => {
  using engine = await Seq2SeqEngine.load(directory, { threads: 1 });
  const alone: Hypothesis[][][] = [];
  for (const source of sources) alone.push(await engine.generate([source], { numBeams: 4 }));
  const interleaved = sources.map((source) => engine.generate([source], { numBeams: 4 }));
  assertEquals(await Promise.all(interleaved), alone);
});

Deno.test("memory stays as it is over 10,000 sentences", async () => {
  using engine = await Seq2SeqEngine.load(directory, { threads: 1 });
  const all = sentences(10_000);
  const run = async (from: number, to: number) => {
    for (let i = from; i < to; i += 50) {
      await engine.generate(all.slice(i, i + 50), { numBeams: 1 + i % 3, maxNewTokens: 16 });
    }
  };
  await run(0, 1000);
  const before = engine.memoryBytes;
  await run(1000, 10_000);
  assertEquals(engine.memoryBytes, before);
});

Deno.test("a signal stops a call at the next step, on the caller's thread and on a worker", async () => {
  for (const keepCallerFree of [false, true]) {
    using engine = await Seq2SeqEngine.load(directory, { threads: 1, keepCallerFree });
    const controller = new AbortController();
    const reason = new Error("The reader has gone");
    let steps = 0;
    if (!keepCallerFree) {
      const stop = () => {
        if (++steps === 3) controller.abort(reason);
      };
      const found = await assertRejects(() =>
        engine.generate(sources, { signal: controller.signal, logitsProcessors: [stop] })
      );
      assertEquals(found, reason);
      assert(steps <= 3 + sources.length, `${steps} rows were computed`);
    } else {
      await engine.generate(sources); // the worker has started
      const many = Array.from({ length: 3 }, () => sentences(2000));
      const calls = many.map((batch) =>
        assertRejects(() => engine.generate(batch, { signal: controller.signal, numBeams: 4 }))
      );
      setTimeout(() => controller.abort(reason), 5);
      for (const found of await Promise.all(calls)) assertEquals(found, reason);
    }
    assertEquals((await engine.generate(sources)).length, sources.length); // and can be used again
    const aborted = AbortSignal.abort(reason);
    await assertRejects(() => engine.generate(sources, { signal: aborted }), Error, "has gone");
  }
});

Deno.test("a shortlist restricts what is generated, and costs no other logits", async () => {
  using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
  const all = await engine.generate(sources, { numBeams: 4, maxNewTokens: 12 });
  const used = all.flatMap(([{ ids }]) => ids);
  const shortlist = [...used, 0, 3, 4, 5];
  const found = await engine.generate(sources, { numBeams: 4, maxNewTokens: 12, shortlist });
  assert(found.every(([{ ids }]) => ids.every((id) => shortlist.includes(id))));
  const everything = Array.from({ length: engine.config.vocabSize }, (_, i) => i);
  const same = await engine.generate(sources, {
    numBeams: 4,
    maxNewTokens: 12,
    shortlist: everything,
  });
  assertEquals(ids(same), ids(all));
  // The slow path, which needs all logits, knows the shortlist too.
  const slow = await engine.generate(sources, {
    shortlist,
    repetitionPenalty: 1.2,
    maxNewTokens: 9,
  });
  assert(slow.every(([{ ids }]) => ids.every((id) => shortlist.includes(id))));
});

Deno.test("score() gives a generated target its own log-probability", async () => {
  using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
  const generated = await engine.generate(sources, { numBeams: 1, forcedEosTokenId: undefined });
  const scored = await engine.score(sources, generated.map(([best]) => best.ids));
  for (const [i, { logProb }] of scored.entries()) {
    assertAlmostEquals(logProb, generated[i][0].logProb, 1e-4);
  }
});

Deno.test("crossAttention() gives rows that sum to 1, by layer and head", async () => {
  using engine = await Seq2SeqEngine.load(directory, { threads: 1 });
  const matrices = [{}, { layer: 0 }, { head: 1 }].map((options) =>
    engine.crossAttention(sources[0], [7, 8, 0], options)
  );
  for (const { weights, targetLength, sourceLength } of await Promise.all(matrices)) {
    assertEquals([targetLength, sourceLength], [3, 5]);
    for (let row = 0; row < 3; row++) {
      assertAlmostEquals(weights.slice(row * 5, row * 5 + 5).reduce((a, b) => a + b), 1, 1e-5);
    }
  }
  const attend = (options: object) => () => engine.crossAttention(sources[0], [7], options);
  await assertRejects(attend({ layer: 2 }), RangeError, "decoder layers 0 to 1");
  await assertRejects(attend({ head: -1 }), RangeError, "head -1");
});

Deno.test("bad ids and options are refused by name", async () => {
  using engine = await Seq2SeqEngine.load(directory, { threads: 1 });
  const { maxPositionEmbeddings, vocabSize } = engine.config;
  const long = new Array(maxPositionEmbeddings + 1).fill(1);
  await assertRejects(() => engine.generate([[1], long]), RangeError, "source 1 of 2");
  await assertRejects(() => engine.generate([[]]), RangeError, "no tokens");
  await assertRejects(() => engine.generate([[vocabSize]]), RangeError, "outside the vocabulary");
  await assertRejects(() => engine.score([[1]], [[-1]]), RangeError, "target 0");
  const load = (options: object) => () => Seq2SeqEngine.load(directory, options);
  await assertRejects(load({ dtype: "int4" }), RangeError, "int8, fp32");
  await assertRejects(load({ threads: 0 }), RangeError, "from 1 to 256");
  await assertRejects(load({ simd: "avx" }), RangeError, "this runtime has");
  const missing = new URL("../../../testdata/engine/bert/", import.meta.url);
  await assertRejects(() => Seq2SeqEngine.load(missing), SyntaxError, "model_type");
});

Deno.test("damaged weights are refused by name", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["config.json", "generation_config.json"]) {
      await Deno.copyFile(new URL(name, directory), `${folder}/${name}`);
    }
    await using stored = await openWeights(directory);
    const weights = await Promise.all(stored.names.map(async (name) => ({
      name,
      shape: stored.info(name).shape,
      data: await stored.readFloat32(name),
      dtype: "F32" as const,
    })));
    const save = (changed: typeof weights) =>
      writeSafetensors(`${folder}/model.safetensors`, changed);
    const load = () => Seq2SeqEngine.load(folder, { threads: 1 });
    const name = "model.encoder.layers.1.fc1.weight";
    for (const [value, at] of [[NaN, 3], [Infinity, 40], [-Infinity, 0]]) {
      await save(weights.map((weight) => {
        if (weight.name !== name) return weight;
        const data = weight.data.slice();
        data[at] = value;
        return { ...weight, data };
      }));
      await assertRejects(load, RangeError, `${name}: it holds ${value} at element ${at}`);
    }
    await save(weights.filter((weight) => weight.name !== name));
    await assertRejects(load, TypeError, `missing: ${name}`);
    await save(
      weights.map((weight) =>
        weight.name === name ? { ...weight, shape: weight.shape.toReversed() } : weight
      ),
    );
    await assertRejects(load, TypeError, `mis-shaped: ${name}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a disposed engine says so, and calls under way end", async () => {
  const engine = await Seq2SeqEngine.load(directory, { threads: 2, keepCallerFree: true });
  await engine.generate(sources);
  const running = assertRejects(() => engine.generate(sentences(2000)), Error, "was disposed");
  engine.dispose();
  engine.dispose();
  await running;
  await assertRejects(() => engine.generate(sources), Error, "load it again");
});
