import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { assertNear, compareWithCpu, type Sample, sample } from "./testing/comparison.ts";
import { gpuTest } from "./testing/webgpu.ts";
import { attentiveGru } from "./attentive_gru.ts";
import { selectDevice } from "./device.ts";
import { gru, gruCell, type GruOptions, initGruWeights } from "./gru.ts";
import { initLstmWeights, lstm, lstmCell } from "./lstm.ts";

interface Case {
  readonly label: string;
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly samples: Sample[];
}

/** A right-padded mask: row i has `length - i` tokens, at least one. */
function raggedMask(batch: number, length: number): tf.Tensor2D {
  const mask = Float32Array.from(
    { length: batch * length },
    (_, i) => i % length < Math.max(1, length - Math.floor(i / length)) ? 1 : 0,
  );
  return tf.tensor2d(mask, [batch, length]);
}

/** [batch, length, inSize, hidden]; the larger ones take the packed products. */
const SIZES = [[1, 1, 3, 2], [2, 4, 3, 5], [3, 3, 1, 8], [9, 5, 7, 16], [11, 3, 6, 24]];

function recurrentSamples(units: number, [batch, length, inSize, hidden]: number[]): Sample[] {
  return [
    sample([batch, length, inSize]),
    sample([units * hidden, inSize], { seed: 2, scale: 0.5 }),
    sample([units * hidden, hidden], { seed: 3, scale: 0.5 }),
    sample([units * hidden], { seed: 4, scale: 0.5 }),
    sample([units * hidden], { seed: 5, scale: 0.5 }),
    sample([batch, hidden], { seed: 6 }),
  ];
}

function layerCases(): Case[] {
  return SIZES.flatMap((sizes) =>
    [false, true].flatMap((reverse) =>
      [false, true].flatMap((padded): Case[] => {
        const [batch, length] = sizes;
        const options = () => ({ reverse, mask: padded ? raggedMask(batch, length) : undefined });
        const label = `${sizes} ${reverse ? "reverse" : "forward"}${padded ? " padded" : ""}`;
        return [{
          label: `gru ${label}`,
          f: (x, weightIh, weightHh, biasIh, biasHh, initialState) =>
            gru({ weightIh, weightHh, biasIh, biasHh }, x, { ...options(), initialState }),
          samples: recurrentSamples(3, sizes),
        }, {
          label: `lstm ${label}`,
          f: (x, weightIh, weightHh, biasIh, biasHh, h) => {
            const initialState = { hidden: h, cell: tf.mul(h, 0.7) };
            const weights = { weightIh, weightHh, biasIh, biasHh };
            const { hidden, cell } = lstm(weights, x, { ...options(), initialState });
            return tf.concat([hidden, tf.mul(cell, 0.3)], -1);
          },
          samples: recurrentSamples(4, sizes),
        }];
      })
    )
  );
}

/** [batch, length, inSize, hidden, source length, key size, width] */
const ATTENTIVE = [[1, 1, 3, 2, 3, 5, 4], [2, 4, 3, 5, 6, 5, 7], [9, 3, 6, 16, 5, 16, 24]];

function attentiveCases(): Case[] {
  return ATTENTIVE.flatMap(([batch, length, inSize, hidden, kLen, size, width]) =>
    [true, false].flatMap((additive) =>
      [false, true].map((padded): Case => ({
        label: `attentiveGru ${[batch, length, inSize, hidden, kLen, size, width]} ` +
          `${additive ? "additive" : "dot"}${padded ? " padded" : ""}`,
        f: (x, initialState, keys, values, weightIh, weightHh, biasIh, biasHh, query, v) =>
          attentiveGru(
            {
              ...{ weightIh, weightHh, biasIh, biasHh },
              additive: additive ? { query, v } : undefined,
            },
            x,
            {
              ...{ initialState, keys, values },
              mask: padded ? raggedMask(batch, kLen) : undefined,
            },
          ).output,
        samples: [
          sample([batch, length, inSize]),
          sample([batch, hidden], { seed: 2 }),
          sample([batch, kLen, additive ? size : hidden], { seed: 3 }),
          sample([batch, kLen, width], { seed: 4 }),
          sample([3 * hidden, inSize + width], { seed: 5, scale: 0.4 }),
          sample([3 * hidden, hidden], { seed: 6, scale: 0.4 }),
          sample([3 * hidden], { seed: 7, scale: 0.4 }),
          sample([3 * hidden], { seed: 8, scale: 0.4 }),
          ...(additive
            ? [sample([size, hidden], { seed: 9, scale: 0.4 }), sample([size], { seed: 10 })]
            : []),
        ],
      }))
    )
  );
}

const cases = [...layerCases(), ...attentiveCases()];

for (const simd of ["relaxed", "plain"] as const) {
  Deno.test(`recurrent layers equal those of the cpu backend on wasm, ${simd} SIMD`, async (t) => {
    for (const { label, f, samples } of cases) {
      await t.step(
        label,
        () => compareWithCpu(f, samples, { device: "wasm", label, simd, looser: 4 }),
      );
    }
  });
}

gpuTest("recurrent layers equal those of the cpu backend on webgpu", async (t) => {
  for (const { label, f, samples } of cases.filter((_, i) => i % 3 === 2)) {
    await t.step(label, () => compareWithCpu(f, samples, { device: "webgpu", label }));
  }
});

for (const prefer of ["wasm", "cpu"] as const) {
  Deno.test(`padding never leaks into recurrent layers on ${prefer}`, async () => {
    await selectDevice({ prefer });
    const [batch, length, inSize, hidden] = [3, 5, 4, 8];
    const mask = raggedMask(batch, length);
    const clean = tf.mul(tf.randomNormal([batch, length, inSize]), tf.expandDims(mask, -1));
    const dirty = tf.add(clean, tf.mul(tf.sub(1, tf.expandDims(mask, -1)), 1e3));
    const gruWeights = initGruWeights({ inSize, hiddenSize: hidden }, { seed: 1 });
    const lstmWeights = initLstmWeights({ inSize, hiddenSize: hidden }, { seed: 1 });
    const layers: ((x: tf.Tensor, options: GruOptions) => tf.Tensor)[] = [
      (x, options) => gru(gruWeights, x, options),
      (x, options) => lstm(lstmWeights, x, { mask: options.mask, reverse: options.reverse }).hidden,
    ];
    for (const reverse of [false, true]) {
      for (const layer of layers) {
        const padded = layer(clean, { mask, reverse });
        assertEquals(await layer(dirty, { mask, reverse }).data(), await padded.data());
        for (let row = 0; row < batch; row++) {
          const tokens = length - row;
          const alone = layer(clean.slice([row, 0, 0], [1, tokens, inSize]), { reverse });
          const inBatch = padded.slice([row, 0, 0], [1, tokens, hidden]);
          const expected = await alone.data();
          assertNear(await inBatch.data(), expected, { tolerance: 1e-6, label: `row ${row}` });
          // The state after the last step stands at the end, also behind padding.
          const end = padded.slice([row, reverse ? 0 : length - 1, 0], [1, 1, hidden]);
          const last = reverse ? expected.slice(0, hidden) : expected.slice(-hidden);
          assertNear(await end.data(), last, { tolerance: 1e-6, label: `end of row ${row}` });
        }
      }
    }
  });

  Deno.test(`each recurrent layer makes exactly its outputs on ${prefer}`, async () => {
    await selectDevice({ prefer });
    const x = tf.ones([2, 3, 4]), state = tf.ones([2, 4]), keys = tf.ones([2, 5, 4]);
    const gruWeights = initGruWeights({ inSize: 4, hiddenSize: 4 }, { seed: 1 });
    const wide = initGruWeights({ inSize: 8, hiddenSize: 4 }, { seed: 1 });
    const additive = { query: tf.ones([4, 4]), v: tf.ones([4]) };
    const lstmWeights = initLstmWeights({ inSize: 4, hiddenSize: 4 }, { seed: 1 });
    const layers: [number, () => unknown][] = [
      [1, () => gru(gruWeights, x)],
      [1, () => gruCell(gruWeights, state, state)],
      [2, () => lstm(lstmWeights, x)],
      [2, () => lstmCell(lstmWeights, state, { hidden: state, cell: state })],
      [
        2,
        () => attentiveGru({ ...wide, additive }, x, { initialState: state, keys, values: keys }),
      ],
    ];
    for (const [outputs, run] of layers) {
      const before = tf.memory().numTensors;
      run();
      assertEquals(tf.memory().numTensors - before, outputs, String(run));
      tf.tidy(() => void run());
      assertEquals(tf.memory().numTensors - before, outputs, String(run));
    }
  });
}

Deno.test("gradients of recurrent layers leave no tensors", async () => {
  await selectDevice({ prefer: "wasm" });
  const x = tf.ones([2, 3, 4]) as tf.Tensor, state = tf.ones([2, 4]), keys = tf.ones([2, 5, 4]);
  const weights = initGruWeights({ inSize: 8, hiddenSize: 4 }, { seed: 1 });
  const before = tf.memory().numTensors;
  tf.grad((x: tf.Tensor) =>
    attentiveGru(weights, x, { initialState: state, keys, values: keys }).output
  )(x)
    .dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("recurrent layers refuse shapes that do not fit", async () => {
  await selectDevice({ prefer: "wasm" });
  const weights = initGruWeights({ inSize: 4, hiddenSize: 4 }, { seed: 1 });
  const lstmWeights = initLstmWeights({ inSize: 4, hiddenSize: 4 }, { seed: 1 });
  const x = tf.ones([2, 3, 4]), wrong = tf.ones([2, 3, 5]), keys = tf.ones([2, 5, 4]);
  const state = tf.ones([2, 4]);
  assertThrows(() => gru(weights, wrong), TypeError, "input [2,3,5]");
  assertThrows(() => gru(weights, x, { mask: state }), TypeError, "mask [2,4]");
  assertThrows(() => gru(weights, tf.ones([2, 0, 4])), TypeError, "input [2,0,4]");
  assertThrows(() => lstm(lstmWeights, wrong), TypeError, "Cannot apply lstm");
  assertThrows(
    () => lstm(lstmWeights, x, { initialState: { hidden: state, cell: tf.ones([2, 5]) } }),
    TypeError,
    "initial state [2,5]",
  );
  assertThrows(
    () => attentiveGru(weights, x, { initialState: state, keys, values: keys }),
    TypeError,
    "Cannot apply attentive GRU: input [2,3,4]",
  );
});
