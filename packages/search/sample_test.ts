import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { assertRejects } from "@std/assert";
import { randomUnit } from "./_random.ts";
import { generate } from "./generate.ts";
import { sampleSearch } from "./sample.ts";
import type { SearchOptions, StepDecoder } from "./types.ts";
import { keepMinP, keepTopK, keepTopP, keepTypical, warpTemperature } from "./warpers.ts";

/** A model that gives the same logits at every step. */
function constant(logits: readonly number[]): StepDecoder<null> {
  return {
    vocabSize: logits.length,
    step: (ids, state) =>
      Promise.resolve({
        logits: Float32Array.from({ length: ids.length * logits.length }, (_, i) =>
          logits[i % logits.length]),
        state,
      }),
    select: (state) => state,
    release: () => {},
  };
}

const probabilities = [0.05, 0.5, 0.3, 0.15];
const decoder = constant(probabilities.map(Math.log));
const task = { batchSize: 1, startTokenId: 0, eosTokenId: 0 };

async function shares(options: Partial<SearchOptions>): Promise<number[]> {
  const counts = probabilities.map(() => 0);
  const batchSize = 4000;
  const found = await sampleSearch(decoder, null, {
    ...task,
    batchSize,
    maxNewTokens: 1,
    seed: 5,
    ...options,
  });
  for (const [{ ids }] of found) counts[ids[0]]++;
  return counts.map((count) => count / batchSize);
}

Deno.test("sampleSearch() draws tokens as often as the model says", async () => {
  const found = await shares({});
  probabilities.forEach((p, i) => assertAlmostEquals(found[i], p, 0.025));
});

Deno.test("the options cut and bend the distribution that is drawn from", async () => {
  const near = (actual: number[], expected: number[]) =>
    expected.forEach((p, i) => assertAlmostEquals(actual[i], p, 0.03));
  near(await shares({ topK: 2 }), [0, 0.625, 0.375, 0]);
  near(await shares({ topP: 0.7 }), [0, 0.625, 0.375, 0]);
  near(await shares({ minP: 0.25 }), [0, 0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95]);
  const squares = probabilities.map((p) => p * p);
  const sum = squares.reduce((a, b) => a + b);
  near(await shares({ temperature: 0.5 }), squares.map((p) => p / sum));
  // Entropy 1.142: the token of probability 0.3 (information 1.204) is the most typical.
  near(await shares({ typicalP: 0.2 }), [0, 0, 1, 0]);
});

Deno.test("log-probabilities are the model's own, and the same seed gives the same text", async () => {
  const options = { ...task, doSample: true, temperature: 0.7, topK: 3, seed: 9, maxNewTokens: 30 };
  const [[one]] = await generate(decoder, null, options);
  one.ids.forEach((id, i) =>
    assertAlmostEquals(one.tokenLogProbs[i], Math.log(probabilities[id]), 1e-6)
  );
  assertEquals(await generate(decoder, null, options), [[one]]);
  const three = await generate(decoder, null, { ...options, batchSize: 3 });
  assertEquals(three[0][0].ids, one.ids);
  assert(three[1][0].ids.join() !== one.ids.join());
});

Deno.test("warpers do what transformers' do, by hand", () => {
  const context = { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 };
  const after = (warp: ReturnType<typeof keepTopK>, values: number[]) => {
    const scores = Float32Array.from(values);
    warp(scores, context);
    return [...scores].map((value) => Number.isFinite(value));
  };
  assertEquals(after(keepTopK(2), [1, 1, 1, 0]), [true, true, true, false]); // equals stay
  assertEquals(after(keepTopK(9), [1, 2]), [true, true]);
  const logs = [0.4, 0.3, 0.2, 0.1].map(Math.log);
  assertEquals(after(keepTopP(0.69), logs), [true, true, false, false]);
  assertEquals(after(keepTopP(0.71), logs), [true, true, true, false]);
  assertEquals(after(keepTopP(1e-9), logs), [true, false, false, false]); // at least one
  assertEquals(after(keepMinP(0.6), logs), [true, true, false, false]);
  assertEquals(after(keepTypical(1e-9), logs).filter(Boolean).length, 1);
  const scores = Float32Array.of(2, -Infinity);
  warpTemperature(2)(scores, context);
  assertEquals([...scores], [1, -Infinity]);
});

Deno.test("impossible values are refused by name", async () => {
  const refuse = (options: Partial<SearchOptions>, message: string) =>
    assertRejects(() => sampleSearch(decoder, null, { ...task, ...options }), RangeError, message);
  await refuse({ temperature: 0 }, "temperature 0");
  await refuse({ topP: 0 }, "topP 0");
  await refuse({ topP: 1.1 }, "topP 1.1");
  await refuse({ minP: 1 }, "minP 1");
  await refuse({ typicalP: NaN }, "typicalP NaN");
  await refuse({ topK: -1 }, "topK -1");
  await refuse({ seed: Infinity }, "seed Infinity");
  await assertRejects(
    () => generate(decoder, null, { ...task, numBeams: 100_000_000 }),
    RangeError,
    "at most 1000 beams",
  );
});

Deno.test("randomUnit() depends on each of its arguments, and is spread evenly", () => {
  const values = Array.from({ length: 10_000 }, (_, i) => randomUnit(1, i % 100, i / 100 | 0));
  const bins = Array<number>(10).fill(0);
  for (const value of values) bins[Math.floor(value * 10)]++;
  for (const count of bins) assert(Math.abs(count - 1000) < 150, String(bins));
  assertEquals(new Set(values).size, 10_000);
  assert(randomUnit(1) !== randomUnit(2) && randomUnit(1) !== randomUnit(1 + 2 ** 32));
  assertThrows(() => assert(randomUnit(1, 2) === randomUnit(2, 1)));
});
