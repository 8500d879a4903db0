import * as tf from "@tensorflow/tfjs";
import { alignmentCore } from "./alignment.ts";
import { selectDevice } from "./device.ts";
import { gru, gruCell } from "./gru.ts";
import { linear } from "./linear.ts";
import { lstm, lstmCell } from "./lstm.ts";
import { assertNear } from "./testing/comparison.ts";

// Golden values: testdata/rnn/README.md names the program (torch 2.15.0).
const testdata = new URL("../../testdata/rnn/", import.meta.url);
const read = async (name: string) => JSON.parse(await Deno.readTextFile(new URL(name, testdata)));

type Nested = number | Nested[];
type Tensors = Record<string, tf.Tensor>;

/** Inputs, outputs and gradients of one computation. */
interface Case {
  readonly lengths?: number[];
  readonly inputs: Record<string, Nested>;
  readonly outputs: Record<string, Nested>;
  readonly outputGradients: Record<string, Nested>;
  readonly gradients: Record<string, Nested>;
}

const flat = (values: Nested): number[] => [values].flat(Infinity as 1) as number[];

/** Compares values and gradients within 1e-5. */
async function compare(
  label: string,
  { inputs, outputs, outputGradients, gradients }: Case,
  f: (inputs: Tensors) => Tensors,
): Promise<void> {
  const names = Object.keys(inputs);
  const given = names.map((name) => tf.tensor(inputs[name] as number[]));
  const named = (tensors: tf.Tensor[]) =>
    Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
  const values = f(named(given));
  for (const [name, expected] of Object.entries(outputs)) {
    const numbers = await values[name].data();
    assertNear(numbers, flat(expected), { tolerance: 1e-5, label: `${label}, ${name}` });
  }
  const computed = tf.grads((...tensors: tf.Tensor[]) => {
    const results = f(named(tensors));
    return tf.addN(
      Object.entries(outputGradients).map(([name, weights]) =>
        tf.sum(tf.mul(results[name], tf.tensor(weights as number[])))
      ),
    );
  })(given);
  for (const [name, expected] of Object.entries(gradients)) {
    const numbers = await computed[names.indexOf(name)].data();
    assertNear(numbers, flat(expected), {
      tolerance: 1e-5,
      label: `${label}, gradient of ${name}`,
    });
  }
}

function weights(inputs: Tensors, suffix = "") {
  return {
    weightIh: inputs[`weight_ih${suffix}`],
    weightHh: inputs[`weight_hh${suffix}`],
    biasIh: inputs[`bias_ih${suffix}`],
    biasHh: inputs[`bias_hh${suffix}`],
  };
}

function maskOf(lengths: readonly number[]): tf.Tensor2D {
  const longest = Math.max(...lengths);
  return tf.tensor2d(
    lengths.map((length) => Array.from({ length: longest }, (_, i) => i < length ? 1 : 0)),
  );
}

/** Both directions as torch returns them: padded outputs zero, final states `[2, batch, hidden]`. */
function bidirectional(
  [forward, backward]: [tf.Tensor, tf.Tensor],
  mask: tf.Tensor,
): { output: tf.Tensor; final: tf.Tensor } {
  const [batch, length, hidden] = forward.shape;
  const end = tf.slice(forward, [0, length! - 1, 0], [batch, 1, hidden!]);
  const begin = tf.slice(backward, [0, 0, 0], [batch, 1, hidden!]);
  return {
    output: tf.mul(tf.concat([forward, backward], -1), tf.expandDims(mask, -1)),
    final: tf.concat([end, begin], 1).transpose([1, 0, 2]),
  };
}

for (const prefer of ["wasm", "cpu"] as const) {
  Deno.test(`cells give PyTorch's values and gradients on ${prefer}`, async () => {
    await selectDevice({ prefer });
    const golden = await read("layers.json");
    await compare("GRU cell", golden.gruCell, (inputs) => ({
      h: gruCell(weights(inputs), inputs.x, inputs.h),
    }));
    await compare("LSTM cell", golden.lstmCell, (inputs) => {
      const state = { hidden: inputs.h, cell: inputs.c };
      const { hidden: h, cell: c } = lstmCell(weights(inputs), inputs.x, state);
      return { h, c };
    });
  });

  Deno.test(`layers in both directions give PyTorch's values over a packed batch on ${prefer}`, async () => {
    await selectDevice({ prefer });
    const golden = await read("layers.json");
    const mask = maskOf(golden.gru.lengths);
    await compare("GRU", golden.gru, (inputs) =>
      bidirectional([
        gru(weights(inputs, "_l0"), inputs.x, { mask }),
        gru(weights(inputs, "_l0_reverse"), inputs.x, { mask, reverse: true }),
      ], mask));
    await compare("LSTM", golden.lstm, (inputs) => {
      const forward = lstm(weights(inputs, "_l0"), inputs.x, { mask });
      const backward = lstm(weights(inputs, "_l0_reverse"), inputs.x, { mask, reverse: true });
      const { final: finalCell } = bidirectional([forward.cell, backward.cell], mask);
      return { ...bidirectional([forward.hidden, backward.hidden], mask), finalCell };
    });
  });

  Deno.test(`alignmentCore() gives PyTorch's values and gradients on ${prefer}`, async () => {
    await selectDevice({ prefer });
    for (const [name, golden] of Object.entries(await read("attention.json"))) {
      if (name === "versions") continue;
      const { lengths, weights: expected } = golden as Case & { weights: Nested };
      const mask = maskOf(lengths!);
      const align = ({ query, states, W, U, v }: Tensors) => {
        if (name === "additive") {
          const keys = linear({ weight: U }, states);
          return alignmentCore(linear({ weight: W }, query), { keys, values: states, mask, v });
        }
        const keys = name === "general" ? linear({ weight: W }, states) : states;
        return alignmentCore(query, { keys, values: states, mask });
      };
      const inputs = Object.entries((golden as Case).inputs)
        .map(([name, values]) => [name, tf.tensor(values as number[])]);
      const { weights } = align(Object.fromEntries(inputs));
      const label = `${name}, weights`;
      assertNear(await weights.data(), flat(expected), { tolerance: 1e-5, label });
      await compare(name, golden as Case, (inputs) => ({ context: align(inputs).context }));
    }
  });
}
