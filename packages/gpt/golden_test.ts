import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { CausalEngine } from "@heed/engine";
import { loadGpt } from "./load.ts";
import { readTokens, tokenLogits } from "./forward.ts";
import { languageLoss } from "./language_loss.ts";

const DIRECTORY = new URL("../../testdata/engine/gpt2/", import.meta.url);
const golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", DIRECTORY)));
const TOLERANCE = 1e-4;

function assertNear(actual: ArrayLike<number>, expected: unknown, what: string): void {
  const flat = (expected as number[][]).flat(9) as number[];
  assertEquals(actual.length, flat.length, what);
  flat.forEach((value, i) => assertAlmostEquals(actual[i], value, TOLERANCE, what));
}

Deno.test("GptModel gives hidden states, attention and logits of transformers", async () => {
  using model = await loadGpt(DIRECTORY, { device: "wasm" });
  using borrowed = model.borrowWeights();
  const { weights } = borrowed, { config } = model;
  for (const [text, ids] of (golden.inputIds as number[][]).entries()) {
    const input = tf.tensor2d(ids, [1, ids.length], "int32");
    const read = readTokens(weights, input, {
      config,
      outputHiddenStates: true,
      outputAttentions: true,
    });
    for (const [layer, states] of read.hiddenStates!.entries()) {
      assertNear(await states.data(), golden.hiddenStates[layer][text], `states ${layer}`);
    }
    for (const [layer, maps] of read.attentions!.entries()) {
      assertNear(await maps.data(), golden.attentions[layer][text], `attention ${layer}`);
    }
    const logits = tokenLogits(weights, read.lastHiddenState);
    assertNear(await logits.data(), golden.logits[text], "logits");
  }
});

Deno.test("GptModel generates what transformers does, each prompt as in a batch", async () => {
  using model = await loadGpt(DIRECTORY, { device: "wasm" });
  const cases = Object.entries(golden.generation) as [string, {
    options: Record<string, unknown>;
    hypotheses: { ids: number[]; score: number }[][];
  }][];
  assert(cases.length > 0);
  for (const [name, { options, hypotheses }] of cases) {
    const found = await model.generate(golden.inputIds, options);
    hypotheses.forEach((ranked, row) =>
      ranked.forEach(({ ids, score }, rank) => {
        const hypothesis = found[row][rank];
        assertEquals(hypothesis.ids, ids, name);
        // A greedy score is the plain sum.
        const actual = (options.numBeams ?? 1) === 1 ? hypothesis.logProb : hypothesis.score;
        assertAlmostEquals(actual, score, 1e-3, name);
      })
    );
  }
});

Deno.test("GptModel leaves nothing behind when it generates", async () => {
  using model = await loadGpt(DIRECTORY, { device: "wasm" });
  const before = tf.memory().numTensors;
  await model.generate([[5, 6], [7]], { numBeams: 3, maxNewTokens: 4 });
  await model.decode([[5, 6]]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a saved GptModel is the same on the engine and on tfjs", async () => {
  const directory = await Deno.makeTempDir();
  try {
    {
      using model = await loadGpt(DIRECTORY, { device: "wasm", trainable: true });
      await model.save(directory);
    }
    using again = await loadGpt(directory, { device: "wasm" });
    using engine = await CausalEngine.load(directory, { dtype: "fp32", threads: 1 });
    const [ids] = golden.inputIds as number[][];
    const [logits] = await again.decode([ids]);
    assertNear(logits, golden.logits[0], "tfjs");
    assertNear((await engine.decode(ids)).logits, golden.logits[0], "engine");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("languageLoss() is the mean that the logits give", async () => {
  using model = await loadGpt(DIRECTORY, { device: "wasm" });
  using borrowed = model.borrowWeights();
  const { weights } = borrowed, { config } = model, { vocabSize } = config;
  const inputIds = [[3, 4, 5, 6], [7, 8, 9, 1]];
  const { lossSum, tokens } = languageLoss(weights, { inputIds }, { config });
  let expected = 0;
  for (const [row, logits] of (await model.decode(inputIds)).entries()) {
    for (let i = 0; i < 3; i++) {
      const scores = [...logits.subarray(i * vocabSize, (i + 1) * vocabSize)];
      const total = Math.log(scores.reduce((sum, x) => sum + Math.exp(x), 0));
      expected += total - scores[inputIds[row][i + 1]];
    }
  }
  assertEquals(tokens, 6);
  assertAlmostEquals((await lossSum.data())[0], expected, 1e-3);
});

Deno.test("GptModel refuses prompts that it cannot read", async () => {
  using model = await loadGpt(DIRECTORY, { device: "wasm" });
  const long = Array(model.config.maxPositionEmbeddings + 1).fill(1);
  for (const prompt of [[], [-1], [model.config.vocabSize], long]) {
    await assertRejects(() => model.generate([prompt]), RangeError);
  }
});
