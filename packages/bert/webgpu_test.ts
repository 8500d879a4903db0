import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { encodeTokens } from "./forward.ts";
import { loadBert } from "./load.ts";
import { encoderLoss } from "./loss.ts";
import { assertClose, FAMILIES, type Golden, readGolden, tasksOf } from "./testing/golden.ts";
import { gpuTest } from "./testing/webgpu.ts";
import { tokenTensors } from "./token_tensors.ts";

/** Texts and tasks of each family; BigBird's are sparse. */
const tasks = {
  ...Object.fromEntries(FAMILIES.map((family) => [family, tasksOf(family)])),
  "big-bird": tasksOf("distilbert"),
};

for (const family of Object.keys(tasks)) {
  gpuTest(
    `embeddings, states and attention of ${family} on WebGPU are those of transformers`,
    async (device) => {
      const { directory, golden } = await readGolden(`${family}/model`);
      using model = await loadBert(directory, { device });
      const { config, weights } = model;
      for (const [i, ids] of golden.inputIds.entries()) {
        const tokens = tokenTensors([ids], { ...config, hasTypes: config.typeVocabSize > 0 });
        const { hiddenStates } = encodeTokens(weights, tokens, {
          config,
          outputHiddenStates: true,
        });
        for (const [layer, states] of hiddenStates!.entries()) {
          const what = `text ${i}, layer ${layer}`;
          assertClose(await states.data(), golden.hiddenStates[layer][i], { what });
        }
      }
      const { states, attentions } = await model.encode(golden.inputIds, {
        outputAttentions: true,
      });
      states.forEach((values, i) => assertClose(values, golden.hiddenStates.at(-1)![i]));
      // transformers writes the block that BigBird sees several times only once, so that its rows do not sum to one.
      if (!config.sparsity) {
        attentions!.forEach(({ weights }, i) =>
          assertClose(weights, golden.attentions.map((layer) => layer[i]))
        );
      }
      if (!golden.poolerOutput) return;
      const pooled = await model.pool(golden.inputIds, { pooling: "pooler" });
      pooled.forEach((vector, i) => assertClose(vector, golden.poolerOutput![i]));
    },
  );

  gpuTest(
    `logits of each head of ${family} on WebGPU are those of transformers`,
    async (device) => {
      for (const task of tasks[family as keyof typeof tasks]) {
        const { directory, golden } = await readGolden(`${family}/${task}`);
        using model = await loadBert(directory, { device });
        const logits = await model.logits(golden.inputIds);
        logits.forEach((row, i) => assertClose(row, golden.logits[i], { what: `${task} of ${i}` }));
      }
    },
  );
}

for (const name of ["bert/masked-lm", "big-bird/masked-lm"]) {
  gpuTest(`masked loss and gradients of ${name} on WebGPU are those of PyTorch`, async (device) => {
    const { directory, golden } = await readGolden(name);
    const { inputs, loss, of }: Golden["gradients"] = golden.gradients;
    using model = await loadBert(directory, { device, trainable: true });
    const lengths = inputs.attentionMask.map((row) => row.reduce((a, b) => a + b));
    const cut = (rows: number[][]) => rows.map((row, i) => row.slice(0, lengths[i]));
    const batch = { inputIds: cut(inputs.inputIds), labels: cut(inputs.labels) };
    const names = Object.keys(of);
    const variables = names.map((name) => model.named.get(name) as tf.Variable);
    // Dropout is 0 in the checkpoint of BigBird, which draws its blocks while it trains.
    const dropoutSeed = name.startsWith("big-bird") ? 1 : undefined;
    let tokens = 0;
    const { value, grads } = tf.variableGrads(() => {
      const counted = encoderLoss(model.weights, batch, { config: model.config, dropoutSeed });
      tokens = counted.tokens;
      return counted.lossSum;
    }, variables);
    assertAlmostEquals((await value.data())[0] / tokens, loss, 1e-4);
    assertEquals(tokens, batch.labels.flat().filter((label) => label >= 0).length);
    for (const [i, name] of names.entries()) {
      const gradient = (await grads[variables[i].name].data()).map((value) => value / tokens);
      assertClose(gradient, of[name], { what: name });
    }
  });
}
