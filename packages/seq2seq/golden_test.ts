import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { paddingMask } from "@heed/attention";
import { selectDevice } from "@heed/nn";
import { projectMemory } from "@heed/transformer";
import { decode, encode } from "./forward.ts";
import { idsTensor } from "./ids_tensor.ts";
import { seq2SeqLoss } from "./loss.ts";
import { loadModel } from "./load.ts";
import { marian } from "@heed/model";

// Golden values: testdata/marian/README.md names the program (transformers 5.23.0, torch 2.15.0).
const testdata = new URL("../../testdata/marian/", import.meta.url);
const LOGIT_TOLERANCE = 1e-4;

for (const name of ["relu", "swish"]) {
  const directory = new URL(`${name}/`, testdata);
  const golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
  const inputIds = golden.inputIds.map((row: number[], i: number) =>
    row.filter((_, j) => golden.attentionMask[i][j] === 1)
  ) as number[][];
  const labels = golden.labels.map((row: number[]) =>
    row.filter((id) => id !== -100)
  ) as number[][];
  const load = async (trainable = false) =>
    await loadModel(directory, {
      family: marian,
      device: await selectDevice({ prefer: "wasm" }),
      trainable,
    });

  Deno.test(`encode() and decode() give transformers' states (${name})`, async () => {
    using model = await load();
    const { config, weights } = model;
    const attentionMask = paddingMask(inputIds);
    const { lastHiddenState } = encode(weights, idsTensor(inputIds, config), {
      config,
      attentionMask,
    });
    await assertClose(lastHiddenState, golden.encoderHiddenStates.at(-1), {
      // States at padded source positions are computed by both but used by neither.
      counts: (row) => golden.attentionMask.flat()[row] === 1,
    });
    const target = tf.tensor2d(golden.decoderInputIds, undefined, "int32");
    const { logits, crossAttentions } = decode(weights, target, {
      config,
      memory: projectMemory(weights.decoder, lastHiddenState),
      memoryMask: attentionMask,
      outputAttentions: true,
    });
    await assertClose(logits, golden.logits);
    assertEquals(golden.crossAttentions.length, config.decoderLayers);
    for (const [layer, expected] of golden.crossAttentions.entries()) {
      await assertClose(crossAttentions![layer], expected);
    }
  });

  Deno.test(`seq2SeqLoss() gives transformers' loss and gradients (${name})`, async () => {
    using model = await load(true);
    const { config, weights } = model;
    const count = labels.flat().length;
    const { value, grads } = tf.variableGrads(
      () => seq2SeqLoss(weights, { inputIds, labels }, { config }).lossSum,
    );
    assertAlmostEquals((await value.data())[0] / count, golden.loss, LOGIT_TOLERANCE);
    const smoothed = seq2SeqLoss(weights, { inputIds, labels }, { config, labelSmoothing: 0.1 });
    assertAlmostEquals(
      (await smoothed.lossSum.data())[0] / count,
      golden["lossWithLabelSmoothing0.1"],
      LOGIT_TOLERANCE,
    );
    for (const [key, expected] of Object.entries(golden.gradients)) {
      const gradient = grads[(model.named.get(key) as tf.Variable).name];
      await assertClose(tf.div(gradient, count), expected as number[], {
        tolerance: 2e-4,
        // PyTorch's padding_idx keeps lookups of the padding token out of its gradient; here the
        // token that decoding starts from, which is the same one, learns from them.
        counts: (row) => key !== "model.shared.weight" || row !== config.padTokenId,
      });
    }
  });

  for (const [case_, { options, hypotheses }] of Object.entries<Golden>(golden.generation)) {
    Deno.test(`generate() gives transformers' ids: ${case_} (${name})`, async () => {
      using model = await load();
      const before = tf.memory().numTensors;
      const actual = await model.generate(inputIds, options);
      assertEquals(
        actual.map((row) => row.map((h) => h.ids)),
        hypotheses.map((row) => row.map((h) => h.ids)),
      );
      if (options.numBeams > 1) {
        for (const [i, row] of actual.entries()) {
          for (const [j, { score }] of row.entries()) {
            assertAlmostEquals(score, hypotheses[i][j].score, LOGIT_TOLERANCE);
          }
        }
      }
      assertEquals(tf.memory().numTensors, before, "generate() leaks tensors");
    });
  }
}

Deno.test("an output that is stored beside the embeddings is used and saved, though the config ties it", async () => {
  const directory = new URL("../../testdata/marian-tables/stored/", import.meta.url);
  const golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
  const { ids } = golden.generation.greedy;
  const options = { numBeams: 1, maxNewTokens: 10 };
  const device = await selectDevice({ prefer: "wasm" });
  using model = await loadModel(directory, { device });
  const found = await model.generate(golden.inputIds, options);
  assertEquals(found.map(([best]) => best.ids), ids);
  const saved = await Deno.makeTempDir();
  await model.save(saved);
  using again = await loadModel(saved, { device });
  assertEquals((await again.generate(golden.inputIds, options)).map(([best]) => best.ids), ids);
  await Deno.remove(saved, { recursive: true });
});

interface Golden {
  options: { numBeams: number };
  hypotheses: { ids: number[]; score: number }[][];
}

async function assertClose(
  actual: tf.Tensor,
  expected: unknown[],
  { tolerance = LOGIT_TOLERANCE, counts = (_row: number): boolean => true } = {},
): Promise<void> {
  const values = await actual.data();
  const flat = expected.flat(Infinity) as number[];
  assertEquals(values.length, flat.length);
  const width = actual.shape.at(-1)!;
  flat.forEach((value, i) => {
    if (counts(Math.floor(i / width))) {
      assertAlmostEquals(
        values[i],
        value,
        tolerance * Math.max(1, Math.abs(value)),
        `element ${i}`,
      );
    }
  });
}
