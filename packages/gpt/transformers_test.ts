import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openSafetensors } from "@heed/checkpoint";
import { CausalEngine } from "@heed/engine";
import type { GenerateOptions } from "@heed/search";
import { languageLoss } from "./language_loss.ts";
import { readTokens } from "./forward.ts";
import { loadGpt } from "./load.ts";
import { weightsOfStored } from "./weights.ts";

// Golden values: transformers 5.24.0 and torch 2.15.0, see testdata/gpt/README.md.
interface Golden {
  readonly prompts: number[][];
  readonly texts: number[][];
  readonly logits: number[][][];
  readonly loss: number;
  readonly generation: Record<string, {
    readonly options: GenerateOptions;
    readonly hypotheses: { ids: number[]; score: number }[][];
  }>;
}

for (const name of ["gpt2", "gpt3"]) {
  const directory = new URL(`../../testdata/gpt/${name}/`, import.meta.url);
  const golden: Golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));

  Deno.test(`a ${name} has the loss and gradients of PyTorch`, async () => {
    using model = await loadGpt(directory, { device: "wasm", trainable: true });
    const { config, tensors, named } = model;
    const batch = { inputIds: golden.texts };
    const tokens = golden.texts.flat().length - golden.texts.length;
    const { value, grads } = tf.variableGrads(() =>
      languageLoss(weightsOfStored(tensors, named), batch, { config }).lossSum.div(tokens)
    );
    assertAlmostEquals((await value.data())[0], golden.loss, 1e-4);
    await using expected = await openSafetensors(new URL("gradients.safetensors", directory));
    assertEquals([...named.keys()].sort(), expected.names.toSorted());
    for (const [name, variable] of named) {
      const found = await grads[(variable as tf.Variable).name].data();
      const data = await expected.readFloat32(name);
      assertEquals(found.length, data.length, name);
      found.forEach((value, i) => assertAlmostEquals(value, data[i], 1e-4, `${name}[${i}]`));
    }
    tf.dispose(grads);
    value.dispose();
  });

  Deno.test(`a ${name} gives transformers' logits, and continues prompts as it does`, async () => {
    using model = await loadGpt(directory, { device: "wasm" });
    using engine = await CausalEngine.load(directory, { dtype: "fp32", threads: 1 });
    for (const [text, ids] of golden.texts.entries()) {
      const expected = golden.logits[text].flat();
      const [tfjs] = await model.decode([ids]);
      const { logits } = await engine.decode(ids);
      for (const found of [tfjs, logits]) {
        assertEquals(found.length, expected.length);
        found.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-4));
      }
    }
    const cases = Object.entries(golden.generation);
    assert(cases.length > 2);
    for (const [search, { options, hypotheses }] of cases) {
      for (const runtime of [model, engine]) {
        const found = await runtime.generate(golden.prompts, options);
        assertEquals(
          found.map((row) => row.map(({ ids }) => ids)),
          hypotheses.map((row) => row.map(({ ids }) => ids)),
          search,
        );
        if (options.numBeams === 1) continue; // a greedy score of transformers is a plain sum
        found.forEach((row, i) =>
          row.forEach(({ score }, rank) =>
            assertAlmostEquals(score, hypotheses[i][rank].score, 1e-4, search)
          )
        );
      }
    }
  });
}

Deno.test("every second layer of a gpt3 sees a window, on tfjs and the engine, also when it was saved", async () => {
  const source = new URL("../../testdata/gpt/gpt3/", import.meta.url);
  const directory = await Deno.makeTempDir();
  try {
    {
      using model = await loadGpt(source, { device: "wasm" });
      await model.save(directory);
    }
    using model = await loadGpt(directory, { device: "wasm" });
    using engine = await CausalEngine.load(directory, { dtype: "fp32", threads: 1 });
    using borrowed = model.borrowWeights();
    const { config } = model, { weights } = borrowed;
    assertEquals([config.modelType, config.windowSize], ["gpt3", 5]);
    const ids = Array.from({ length: 17 }, (_, i) => 1 + (i * 7) % 60);
    const read = readTokens(weights, tf.tensor2d(ids, [1, 17], "int32"), {
      config,
      outputAttentions: true,
    });
    const { attentions } = await engine.decode(ids, { outputAttentions: true });
    const size = config.numHeads * 17 * 17;
    for (const [layer, map] of read.attentions!.entries()) {
      const expected = await map.data();
      const found = attentions!.weights.subarray(layer * size, (layer + 1) * size);
      expected.forEach((value, i) => {
        const query = Math.floor(i / 17) % 17, key = i % 17;
        const seen = key <= query && (layer % 2 === 0 || key > query - 5);
        assertEquals(value > 0, seen, `layer ${layer}, query ${query}, key ${key}`);
        assertAlmostEquals(found[i], value, 1e-5);
      });
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
