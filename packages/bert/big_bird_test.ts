import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { encodeTokens } from "./forward.ts";
import { loadBert } from "./load.ts";
import { encoderLoss } from "./loss.ts";
import { assertClose, type Golden, readGolden } from "./testing/golden.ts";
import { tokenTensors } from "./token_tensors.ts";

// Golden values: transformers 5.24.0 and torch 2.15.0, see testdata/bert/README.md. Texts of 14, 15, 24 and 5 tokens in
// blocks of two: the second is sparse after padding, the third is without.
interface SparseGolden extends Golden {
  readonly drawnStates: number[][][];
  readonly fullStates: number[][][];
}

async function read(head: string) {
  const { directory, golden } = await readGolden(`big-bird/${head}`);
  return { directory, golden: golden as SparseGolden };
}

Deno.test("embeddings, sparse states and the pooler of BigBird are those of transformers", async () => {
  const { directory, golden } = await read("model");
  using model = await loadBert(directory, { device: "wasm" });
  const { config, weights } = model;
  for (const [i, ids] of golden.inputIds.entries()) {
    const tokens = tokenTensors([ids], { ...config, hasTypes: true });
    const { hiddenStates } = encodeTokens(weights, tokens, { config, outputHiddenStates: true });
    for (const [layer, states] of hiddenStates!.entries()) {
      const what = `text ${i}, layer ${layer}`;
      assertClose(await states.data(), golden.hiddenStates[layer][i], { what });
    }
  }
  const pooled = await model.pool(golden.inputIds, { pooling: "pooler" });
  pooled.forEach((vector, i) => assertClose(vector, golden.poolerOutput![i]));
});

Deno.test("the random blocks that BigBird draws while it trains are those of transformers", async () => {
  const { directory, golden } = await read("model");
  using model = await loadBert(directory, { device: "wasm" });
  const { states } = await model.encode(golden.inputIds, { drawBlocks: true });
  states.forEach((values, i) => assertClose(values, golden.drawnStates[i], { what: `text ${i}` }));
});

Deno.test("BigBird with attention_type original_full attends in full", async () => {
  const { directory, golden } = await read("model");
  using model = await loadBert(directory, { device: "wasm" });
  const config = { ...model.config, sparsity: undefined };
  for (const [i, ids] of golden.inputIds.entries()) {
    const tokens = tokenTensors([ids], { ...config, hasTypes: true });
    const { lastHiddenState } = encodeTokens(model.weights, tokens, { config });
    assertClose(await lastHiddenState.data(), golden.fullStates[i], { what: `text ${i}` });
  }
  // No longer than the blocks that one sees: full in any case.
  assertEquals(golden.fullStates[0], golden.hiddenStates.at(-1)![0]);
});

Deno.test("logits of BigBird's heads are those of transformers", async () => {
  for (
    const head of [
      "masked-lm",
      "pre-training",
      "sequence-classification",
      "token-classification",
      "question-answering",
    ]
  ) {
    const { directory, golden } = await read(head);
    using model = await loadBert(directory, { device: "wasm" });
    const logits = await model.logits(golden.inputIds);
    logits.forEach((row, i) => assertClose(row, golden.logits[i], { what: `${head} of ${i}` }));
    if (head !== "pre-training") continue;
    const follows = await model.logits(golden.inputIds, { task: "next-sentence" });
    follows.forEach((row, i) => assertClose(row, golden.nextSentence![i]));
  }
});

Deno.test("loss and gradients of sparse texts in one padded batch are those of PyTorch", async () => {
  const { directory, golden: { gradients } } = await read("masked-lm");
  using model = await loadBert(directory, { device: "wasm", trainable: true });
  const { inputs, of } = gradients;
  const lengths = inputs.attentionMask.map((row) => row.reduce((a, b) => a + b));
  const cut = (rows: number[][]) => rows.map((row, i) => row.slice(0, lengths[i]));
  const batch = { inputIds: cut(inputs.inputIds), labels: cut(inputs.labels) };
  const variables = Object.keys(of).map((name) => model.named.get(name) as tf.Variable);
  const { value, grads } = tf.variableGrads(
    () => encoderLoss(model.weights, batch, { config: model.config, dropoutSeed: 1 }).lossSum,
    variables,
  );
  assertAlmostEquals((await value.data())[0] / 3, gradients.loss, 1e-5);
  for (const [i, [name, expected]] of Object.entries(of).entries()) {
    const gradient = (await grads[variables[i].name].data()).map((value) => value / 3);
    assertClose(gradient, expected, { what: name });
  }
});

Deno.test("attention of sparse texts sums to one, and is nowhere that a block does not look", async () => {
  const { directory, golden: { inputIds } } = await read("model");
  using model = await loadBert(directory, { device: "wasm" });
  const { attentions } = await model.encode([inputIds[1]], { outputAttentions: true });
  const { weights, queries, keys } = attentions![0];
  for (let row = 0; row < weights.length; row += keys) {
    const sum = weights.subarray(row, row + keys).reduce((a, b) => a + b, 0);
    assertAlmostEquals(sum, 1, 1e-5);
  }
  const look = (query: number, key: number) => weights[query * keys + key] > 0;
  // Token 8 is in block 4: it sees blocks 0, 3, 4, 5 and 7.
  assertEquals(queries, 15);
  const seen = Array.from({ length: 15 }, (_, key) => key).filter((key) => look(8, key));
  assertEquals(seen, [0, 1, 6, 7, 8, 9, 10, 11, 14]);
});

Deno.test("a sparse text has its numbers beside any others, and leaves no tensor behind", async () => {
  const { directory, golden: { inputIds } } = await read("model");
  using model = await loadBert(directory, { device: "wasm" });
  const options = { pooling: "mean", normalize: true } as const;
  const together = await model.pool(inputIds, options);
  const { numTensors } = tf.memory();
  for (const [i, ids] of inputIds.entries()) {
    const [alone] = await model.pool([ids], options);
    assertClose(alone, [...together[i]], { tolerance: 1e-5 });
  }
  assertEquals(tf.memory().numTensors, numTensors);
});
