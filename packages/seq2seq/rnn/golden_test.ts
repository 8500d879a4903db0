import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import { paddingMask } from "@heed/attention";
import { type DeviceName, selectDevice } from "@heed/nn";
import { idsTensor } from "../ids_tensor.ts";
import { decodeRnn, startRnn } from "./decoder.ts";
import { encodeRnn } from "./encoder.ts";
import { rnnLoss } from "./loss.ts";
import { rnn } from "@heed/model";
import { loadModel } from "../load.ts";

// Golden values: testdata/rnn/README.md names the program (torch 2.15.0).
const testdata = new URL("../../../testdata/rnn/", import.meta.url);

async function assertClose(
  actual: tf.Tensor,
  expected: unknown[],
  { label, counts = () => true, tolerance = 1e-5 }: {
    label: string;
    counts?: (index: number) => boolean;
    tolerance?: number;
  },
): Promise<void> {
  const numbers = expected.flat(Infinity) as number[], values = await actual.data();
  assert(values.length === numbers.length, `${label}: ${values.length} numbers`);
  const scale = Math.max(1, ...numbers.map(Math.abs));
  values.forEach((value, i) => {
    if (counts(i)) assertAlmostEquals(value, numbers[i], tolerance * scale, `${label} at ${i}`);
  });
}

for (const name of ["additive", "dot", "general", "encdec_gru", "encdec_lstm"]) {
  const directory = new URL(`${name}/`, testdata);
  const golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
  const inputIds: number[][] = golden.inputIds, labels: number[][] = golden.labels;
  const load = async (prefer: DeviceName) =>
    await loadModel(directory, {
      family: rnn,
      device: await selectDevice({ prefer }),
      trainable: true,
    });

  for (const device of ["wasm", "cpu"] as const) {
    Deno.test(`a recurrent model gives PyTorch's states and logits (${name}, ${device})`, async () => {
      using model = await load(device);
      const { config, weights } = model;
      const mask = paddingMask(inputIds);
      const encoded = encodeRnn(weights, idsTensor(inputIds, config), {
        config,
        attentionMask: mask,
      });
      const isToken = await mask.data(), width = 2 * config.encoderHiddenSize;
      await assertClose(encoded.states, golden.encoderStates, {
        label: "encoder states",
        counts: (i) => isToken[Math.floor(i / width)] === 1, // padding copies states here, is 0 there
      });
      const shifted = labels.map((row) => [config.decoderStartTokenId, ...row.slice(0, -1)]);
      const { logits, attention } = decodeRnn(weights, idsTensor(shifted, config), {
        config,
        ...startRnn(weights, encoded, { config, mask }),
      });
      await assertClose(logits, golden.logits, { label: "logits" });
      if (golden.attention) await assertClose(attention!, golden.attention, { label: "attention" });
    });

    Deno.test(`rnnLoss() gives PyTorch's loss and gradients (${name}, ${device})`, async () => {
      using model = await load(device);
      const { config, weights } = model;
      const { value, grads } = tf.variableGrads(
        () => rnnLoss(weights, { inputIds, labels }, { config }).lossSum,
        [...model.named.values()] as tf.Variable[],
      );
      await assertClose(value, [golden.lossSum], { label: "loss" });
      const smoothed = rnnLoss(weights, { inputIds, labels }, { config, labelSmoothing: 0.1 });
      await assertClose(smoothed.lossSum, [golden["lossSumWithLabelSmoothing0.1"]], {
        label: "smoothed loss",
      });
      for (const [key, expected] of Object.entries(golden.gradients)) {
        const gradient = grads[(model.named.get(key) as tf.Variable).name];
        await assertClose(gradient, expected as number[], { label: `gradient of ${key}` });
      }
    });
  }
}
