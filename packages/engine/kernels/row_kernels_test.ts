import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  ACTIVATION_GELU,
  ACTIVATION_GELU_TANH,
  ACTIVATION_NONE,
  ACTIVATION_RELU,
  ACTIVATION_SWISH,
  ACTIVATION_TANH,
} from "./layout.ts";
import { createRandom, randomRow } from "./testing/model.ts";
import { Arena, MODES } from "./testing/packed_model.ts";
import { activation, layerNorm } from "./testing/reference.ts";

for (const mode of MODES) {
  const arena = new Arena(mode), { kernels } = arena;

  Deno.test(`expNegative() is exact to 3e-7 and zero below -70 (${mode})`, () => {
    const x = Float32Array.from({ length: 80_000 }, (_, i) => -i / 1000);
    const address = arena.floats(x);
    kernels.expNegative(address, x.length);
    const actual = arena.viewFloats(address, x.length);
    let worst = 0;
    x.forEach((v, i) => {
      if (v < -70) assertEquals(actual[i], 0);
      else worst = Math.max(worst, Math.abs(actual[i] / Math.exp(v) - 1));
    });
    assert(worst < 3e-7, `relative error ${worst}`);
    const special = arena.floats([0, -Infinity, NaN, -1e30]);
    kernels.expNegative(special, 4);
    assertEquals([...arena.viewFloats(special, 4)], [1, 0, NaN, 0]);
  });

  Deno.test(`activate() agrees with the functions in double precision (${mode})`, () => {
    const x = Float32Array.from({ length: 24_000 }, (_, i) => (i - 12_000) / 1000);
    const kinds = [
      ...[ACTIVATION_NONE, ACTIVATION_RELU, ACTIVATION_GELU, ACTIVATION_SWISH],
      ...[ACTIVATION_GELU_TANH, ACTIVATION_TANH],
    ];
    for (const kind of kinds) {
      const address = arena.floats(x), guard = arena.floats([5]);
      kernels.activate(kind, address, x.length);
      arena.viewFloats(address, x.length).forEach((value, i) => {
        const expected = activation(kind, x[i]), bound = 5e-7 * Math.max(1, Math.abs(x[i]));
        assert(Math.abs(value - expected) < bound, `kind ${kind} at ${x[i]}: ${value}`);
      });
      assertEquals(arena.viewFloats(guard, 1)[0], 5);
    }
  });

  Deno.test(`activate() stays finite far out and keeps NaN (${mode})`, () => {
    for (const kind of [ACTIVATION_GELU, ACTIVATION_SWISH, ACTIVATION_GELU_TANH, ACTIVATION_TANH]) {
      const address = arena.floats([1e4, -1e4, NaN, 0]);
      kernels.activate(kind, address, 4);
      const isTanh = kind === ACTIVATION_TANH;
      const [high, low, nan, zero] = arena.viewFloats(address, 4);
      assertEquals([high, nan, zero], [isTanh ? 1 : 1e4, NaN, 0]);
      assertAlmostEquals(low, isTanh ? -1 : 0, 1e-20);
    }
  });

  Deno.test(`layerNorm() adds a residual and leaves the padding out of the mean (${mode})`, () => {
    const random = createRandom(1), eps = Math.fround(1e-6);
    for (const [size, hidden] of [[16, 16], [25, 32], [1, 16], [300, 304]]) {
      const weight = randomRow(random, size, 1, 1), bias = randomRow(random, size);
      const pad = (row: number[]) => [...row, ...new Array<number>(hidden - size).fill(0)];
      const rows = 3, x = Array.from({ length: rows }, () => randomRow(random, size, 2, 3));
      const residual = Array.from({ length: rows }, () => randomRow(random, size, 2, -1));
      const at = (values: number[][]) => arena.floats(values.flatMap(pad));
      for (const hasResidual of [false, true]) {
        const source = at(x), other = hasResidual ? at(residual) : 0;
        const sizes = [rows, hidden, size, eps] as const;
        const w = at([weight]), b = at([bias]), out = arena.allocate(4 * rows * hidden);
        kernels.layerNorm(source, other, w, b, out, ...sizes);
        const apart = [...arena.viewFloats(out, rows * hidden)];
        x.forEach((row, i) => {
          const sum = row.map((v, j) => v + (hasResidual ? residual[i][j] : 0));
          pad(layerNorm(sum, { weight, bias }, eps)).forEach((value, j) =>
            assertAlmostEquals(apart[i * hidden + j], value, 2e-5)
          );
        });
        kernels.layerNorm(source, other, w, b, source, ...sizes);
        assertEquals([...arena.viewFloats(source, rows * hidden)], apart);
      }
    }
  });

  const topTokens = (rows: ArrayLike<number>[], k: number, vocab: number) => {
    const stride = Math.ceil(vocab / 16) * 16;
    // What is after the vocabulary must not count.
    const logits = rows.flatMap((row) => [
      ...Array.from(row),
      ...new Array<number>(stride - vocab).fill(1e9),
    ]);
    const ids = arena.allocate(4 * rows.length * k), values = arena.allocate(4 * rows.length * k);
    kernels.topTokens(arena.floats(logits), rows.length, stride, vocab, k, ids, values);
    return rows.map((_, i) => ({
      ids: [...arena.viewWords(ids + 4 * i * k, k)],
      values: [...arena.viewFloats(values + 4 * i * k, k)],
    }));
  };

  Deno.test(`topTokens() sorts as a stable sort does (${mode})`, () => {
    const random = createRandom(2);
    for (const vocab of [1, 3, 4, 17, 64, 1003]) {
      for (const k of [1, 2, 5, 64]) {
        if (k > vocab) continue;
        for (const steps of [2, 10, 1e9]) {
          const rows = Array.from(
            { length: 3 },
            () =>
              Float32Array.from(
                { length: vocab },
                () => random() < 0.05 ? -Infinity : Math.floor(random() * steps) / steps - 0.5,
              ),
          );
          topTokens(rows, k, vocab).forEach(({ ids, values }, i) => {
            const expected = Array.from(rows[i], (value, id) => ({ id, value }))
              .sort((a, b) => a.value === b.value ? a.id - b.id : b.value - a.value).slice(0, k);
            assertEquals(ids, expected.map(({ id }) => id), `vocab ${vocab}, k ${k}`);
            assertEquals(values, expected.map(({ value }) => value));
          });
        }
      }
    }
  });

  Deno.test(`topTokens() never chooses NaN and marks what it cannot fill (${mode})`, () => {
    const row = new Array<number>(40).fill(NaN);
    row[20] = 1;
    row[37] = 2;
    row[39] = -Infinity;
    assertEquals(topTokens([row], 1, 40)[0], { ids: [37], values: [2] });
    assertEquals(topTokens([row], 5, 40)[0], {
      ids: [37, 20, 39, 0, 0],
      values: [2, 1, -Infinity, NaN, NaN],
    });
    const nothing = new Array<number>(40).fill(NaN);
    assertEquals(topTokens([nothing], 1, 40)[0], { ids: [0], values: [NaN] });
    assertEquals(topTokens([[NaN, 1, 3]], 8, 3)[0].ids, [2, 1, 0, 0, 0, 0, 0, 0]);
  });

  Deno.test(`logSumExp() agrees with double precision, also for large vocabularies (${mode})`, () => {
    const random = createRandom(3);
    for (const vocab of [1, 3, 4, 1001, 262_144]) {
      for (const [spread, offset] of [[1, 0], [8, 50], [1e-3, -300]]) {
        const row = randomRow(random, vocab, spread, offset);
        const out = arena.allocate(64);
        kernels.logSumExp(arena.floats([...row, 1e9]), 1, vocab + 1, vocab, out);
        const top = row.reduce((a, b) => Math.max(a, b));
        const expected = top + Math.log(row.reduce((sum, v) => sum + Math.exp(v - top), 0));
        const actual = arena.viewFloats(out, 1)[0];
        const bound = Math.max(2e-6, Math.abs(expected) * 6e-8);
        assert(Math.abs(actual - expected) < bound, `${actual}, expected ${expected}`);
      }
    }
  });

  Deno.test(`logSumExp() takes infinite logits and several rows (${mode})`, () => {
    const rows = [[-Infinity, -Infinity], [-Infinity, 4], [Infinity, 0], [1, NaN]];
    const out = arena.allocate(64);
    kernels.logSumExp(arena.floats(rows.flat()), rows.length, 2, 2, out);
    assertEquals([...arena.viewFloats(out, 4)], [-Infinity, 4, Infinity, NaN]);
  });
}
