import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { alignTokens } from "./align_tokens.ts";
import { trainAligner } from "./aligner.ts";
import { ParallelCorpus } from "./corpus.ts";
import { probabilityOf } from "./lexical_table.ts";

/** Made-up pairs: target token = source token + 1, moved about, one in ten lost. */
function madeUp(pairs: number, vocabulary = 50): ParallelCorpus {
  let seed = 11;
  const random = (below: number) => {
    seed = Math.imul(seed, 1664525) + 1013904223 >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
  const corpus = new ParallelCorpus();
  for (let i = 0; i < pairs; i++) {
    const source = Array.from({ length: 1 + random(12) }, () => random(vocabulary));
    const target = source.map((id) => id + 1).filter(() => random(10) > 0);
    if (random(3) === 0) target.push(target.shift() ?? 0);
    corpus.add(source, target);
  }
  return corpus;
}

Deno.test("one iteration of Model 1 gives the expected counts worked by hand", async () => {
  // Pairs (0 1 | 0 1) and (0 | 0). From equal probabilities, a null word of probability 0.2 and no tension, a
  // target of the first pair comes from each source by 0.4 and from null by 0.2; the one of the second by 0.8.
  const corpus = new ParallelCorpus();
  corpus.add([0, 1], [0, 1]);
  corpus.add([0], [0]);
  const { table, logLikelihoods } = await trainAligner(corpus, {
    iterations: 1,
    tension: 0,
    learnTension: false,
    nullProbability: 0.2,
  });
  assertAlmostEquals(probabilityOf(table, 0, 0), 1.2 / 1.6, 1e-6);
  assertAlmostEquals(probabilityOf(table, 0, 1), 0.4 / 1.6, 1e-6);
  assertAlmostEquals(probabilityOf(table, 1, 0), 0.5, 1e-6);
  assertAlmostEquals(probabilityOf(table, 2, 0), 0.4 / 0.6, 1e-6); // the null word
  assertAlmostEquals(logLikelihoods[0], 3 * Math.log(0.5), 1e-6);
});

Deno.test("every row of the table sums to 1 and the likelihood never falls", async () => {
  for (const options of [{}, { tension: 0, learnTension: false }, { tension: 20 }]) {
    const model = await trainAligner(madeUp(300), { iterations: 12, ...options });
    const { offsets, probabilities } = model.table;
    for (let row = 0; row + 1 < offsets.length; row++) {
      if (offsets[row] === offsets[row + 1]) continue;
      const sum = probabilities.subarray(offsets[row], offsets[row + 1]).reduce((a, b) => a + b);
      assertAlmostEquals(sum, 1, 1e-5);
    }
    const rises = model.logLikelihoods.slice(1).map((value, i) => value - model.logLikelihoods[i]);
    assertEquals(rises.length, 11);
    assert(rises.every((rise) => rise > -1e-3), rises.join(" "));
    assert(rises[0] > 100);
  }
});

Deno.test("the tension that is learned is that of the data", async () => {
  const corpus = new ParallelCorpus();
  for (let i = 0; i < 200; i++) {
    const ids = Array.from({ length: 8 }, (_, k) => (i * 5 + k * k * 3 + i * k) % 40);
    corpus.add(ids, i % 2 === 0 ? ids : [ids[1], ids[0], ...ids.slice(2)]);
  }
  const near = (await trainAligner(corpus, { iterations: 8 })).tension;
  const shuffled = new ParallelCorpus();
  for (let i = 0; i < 200; i++) {
    const ids = Array.from({ length: 8 }, (_, k) => (i * 5 + k * k * 3 + i * k) % 40);
    shuffled.add(ids, [...ids.slice(i % 8), ...ids.slice(0, i % 8)]);
  }
  const far = (await trainAligner(shuffled, { iterations: 8 })).tension;
  assert(near > 2 * far, `${near} ${far}`);
});

Deno.test("alignTokens() finds what the pairs were made of, and links nothing to tokens never met", async () => {
  const model = await trainAligner(madeUp(2000), { tension: 1, learnTension: false });
  assertEquals([...alignTokens(model, [7, 3, 20], [8, 4, 21])], [0, 1, 2]);
  assertEquals([...alignTokens(model, [7, 3, 20], [21, 8, 4])], [2, 0, 1]);
  assertEquals([...alignTokens(model, [7, 1000], [5000, 8])], [-1, 0]);
  assertEquals([...alignTokens(model, [], [8])], [-1]);
  assertEquals([...alignTokens(model, [7], [])], []);
});

Deno.test("ParallelCorpus leaves pairs out that lack a side, and turns round", () => {
  const corpus = new ParallelCorpus();
  assertEquals(corpus.add([], [1]), false);
  assertEquals(corpus.add([4, 5], [1]), true);
  assertEquals(corpus.add([6], []), false);
  assertEquals(corpus.add(new Int32Array([6]), [9, 9, 2]), true);
  const { source, sourceStarts, sourceSize, target, targetStarts, targetSize } = corpus.reversed();
  assertEquals([[...source], [...sourceStarts], sourceSize], [[1, 9, 9, 2], [0, 1, 4], 10]);
  assertEquals([[...target], [...targetStarts], targetSize], [[4, 5, 6], [0, 2, 3], 7]);
});

Deno.test("ParallelCorpus holds more pairs than it first has room for", () => {
  const corpus = new ParallelCorpus();
  for (let i = 0; i < 5000; i++) corpus.add([i, i + 1], [i]);
  assertEquals([corpus.pairs, corpus.source.length, corpus.target.length], [5000, 10000, 5000]);
  assertEquals([corpus.source[9999], corpus.sourceStarts[5000]], [5000, 10000]);
});

Deno.test("trainAligner() can be stopped and tells how far it is", async () => {
  const corpus = madeUp(60_000, 500);
  const controller = new AbortController();
  const shares: number[] = [];
  const training = trainAligner(corpus, {
    iterations: 1000,
    signal: controller.signal,
    onProgress({ iteration, share }) {
      assert(iteration >= 1 && iteration <= 1000);
      shares.push(share);
      if (shares.length === 3) controller.abort(new Error("enough"));
    },
  });
  await assertRejects(() => training, Error, "enough");
  assert(shares[0] > 0 && shares[2] > shares[0] && shares[2] < 1);
});

Deno.test("trainAligner() and the corpus say what is wrong", async () => {
  const corpus = new ParallelCorpus();
  const reject = (options: object, message: string) =>
    assertRejects(() => trainAligner(corpus, options), RangeError, message);
  await reject({}, "Cannot align an empty corpus");
  for (const id of [-1, 1.5, NaN]) {
    await assertRejects(
      () => Promise.resolve().then(() => corpus.add([0], [id])),
      RangeError,
      `target id ${id}`,
    );
  }
  corpus.add([0], [0]);
  await reject({ iterations: 0 }, "in 0 iterations");
  await reject({ tension: -1 }, "tension -1");
  await reject({ nullProbability: 1 }, "nullProbability 1");
});
