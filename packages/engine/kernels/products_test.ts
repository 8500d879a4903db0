import { assert, assertEquals } from "@std/assert";
import * as layout from "./layout.ts";
import { wasmBinary } from "./wasm_binary.ts";

const RELU = 1, ACCUMULATE = 2;

/** The kernels under test, on a memory that the tests hand out from the bottom up. */
interface Products {
  setActivationRange(max: number, zero: number): void;
  linearScratchBytes(rows: number, k: number): number;
  linear(
    x: number,
    rows: number,
    xStride: number,
    desc: number,
    out: number,
    outStride: number,
    flags: number,
    scratch: number,
  ): void;
  packInt8(
    source: number,
    n: number,
    k: number,
    weights: number,
    scales: number,
    corrections: number,
  ): void;
  packFloat(source: number, n: number, k: number, weights: number): void;
  halfToFloat(source: number, out: number, count: number): void;
  brainToFloat(source: number, out: number, count: number): void;
  findNonFinite(x: number, count: number): number;
  transpose(source: number, rows: number, columns: number, out: number): void;
  lookupRows(
    desc: number,
    ids: number,
    count: number,
    scale: number,
    out: number,
    outStride: number,
  ): void;
  gatherColumns(desc: number, ids: number, count: number, outDesc: number): void;
  peakInt8(p: number, steps: number): void;
  peakFloat(p: number, steps: number): void;
}

type Variant = keyof typeof wasmBinary;
type Range = "u8" | "s8" | "i7";

interface Mode {
  readonly variant: Variant;
  readonly range: Range;
}

const RANGES: Record<Range, readonly [max: number, zero: number]> = {
  u8: [127, 128],
  s8: [127, 0],
  i7: [63, 64],
};

/** The kernels, compiled once. */
const modules: Partial<Record<Variant, WebAssembly.Module>> = {};

function moduleOf(variant: Variant): WebAssembly.Module {
  return modules[variant] ??= new WebAssembly.Module(Uint8Array.fromBase64(wasmBinary[variant]));
}

class Bench {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Products;
  #top = 1024;

  constructor(variant: Variant, pages = 1024) {
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = new WebAssembly.Instance(moduleOf(variant), { env: { memory: this.memory } });
    this.kernels = instance.exports as unknown as Products;
  }

  /** Bytes at a multiple of 64, with a guard behind them that `assertGuards` looks at. */
  allocate(bytes: number): number {
    const at = this.#top;
    this.#top = at + Math.ceil((bytes + 64) / 64) * 64;
    new Uint8Array(this.memory.buffer, at, bytes).fill(0xa5);
    new Uint8Array(this.memory.buffer, at + bytes, this.#top - at - bytes).fill(0x5a);
    this.#guards.push([at + bytes, this.#top]);
    return at;
  }

  #guards: [number, number][] = [];

  assertGuards(): void {
    for (const [from, to] of this.#guards) {
      const guard = new Uint8Array(this.memory.buffer, from, to - from);
      assert(guard.every((byte) => byte === 0x5a), `a kernel wrote behind a buffer at ${from}`);
    }
  }

  floats(at: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer as ArrayBuffer, at, count);
  }

  write(values: ArrayLike<number>): number {
    const at = this.allocate(values.length * 4);
    this.floats(at, values.length).set(values);
    return at;
  }

  writeInts(values: number[]): number {
    const at = this.allocate(values.length * 4);
    new Int32Array(this.memory.buffer, at, values.length).set(values);
    return at;
  }
}

/** Numbers in (-1, 1), the same for the same seed. */
function uniform(count: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 12345 >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

const { fround } = Math;

function roundHalfEven(x: number): number {
  const floor = Math.floor(x), rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** A row as the quantiser is specified: whole numbers around 0, and what undoes it. */
function quantize(row: ArrayLike<number>, max: number): { numbers: number[]; scale: number } {
  const values = Array.from(row), most = Math.max(...values.map(Math.abs));
  if (most < 1e-30) return { numbers: values.map(() => 0), scale: 0 };
  const factor = fround(max / most);
  return {
    numbers: values.map((x) => roundHalfEven(fround(x * factor))),
    scale: fround(most / max),
  };
}

interface Layer {
  readonly n: number;
  readonly k: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly desc: number;
}

/** Packs a layer and describes it. */
function layer(
  bench: Bench,
  dtype: "int8" | "fp32",
  { n, k, weights, bias = uniform(n, 9), hasBias = true }: {
    n: number;
    k: number;
    weights: Float32Array;
    bias?: Float32Array;
    hasBias?: boolean;
  },
): Layer {
  const source = bench.write(weights), desc = bench.allocate(layout.LINEAR_BYTES);
  const packed = bench.allocate(n * k * (dtype === "int8" ? 1 : 4));
  const scales = bench.allocate(n * 4), corrections = bench.allocate(n * 4);
  if (dtype === "int8") bench.kernels.packInt8(source, n, k, packed, scales, corrections);
  else bench.kernels.packFloat(source, n, k, packed);
  describe(bench, desc, {
    dtype,
    n,
    k,
    weights: packed,
    bias: hasBias ? bench.write(bias) : 0,
    scales,
    corrections,
  });
  return { n, k, weights, bias: hasBias ? bias : new Float32Array(n), desc };
}

function describe(
  bench: Bench,
  desc: number,
  fields: {
    dtype: "int8" | "fp32";
    n: number;
    k: number;
    weights: number;
    bias: number;
    scales: number;
    corrections: number;
  },
): void {
  const view = new DataView(bench.memory.buffer, desc, layout.LINEAR_BYTES);
  view.setInt32(layout.LINEAR_DTYPE, fields.dtype === "int8" ? 1 : 0, true);
  view.setInt32(layout.LINEAR_K, fields.k, true);
  view.setInt32(layout.LINEAR_N, fields.n, true);
  view.setUint32(layout.LINEAR_WEIGHTS, fields.weights, true);
  view.setUint32(layout.LINEAR_BIAS, fields.bias, true);
  view.setUint32(layout.LINEAR_SCALES, fields.scales, true);
  view.setUint32(layout.LINEAR_CORRECTIONS, fields.corrections, true);
  view.setFloat32(layout.LINEAR_INPUT, 0, true);
  view.setUint32(layout.LINEAR_CHANNELS, 0, true);
}

interface Run {
  readonly rows: number;
  readonly flags?: number;
  /** Floats beyond k and n between rows. */
  readonly xGap?: number;
  readonly outGap?: number;
  readonly before?: Float32Array;
}

/** Runs `linear` and returns the rows of the output without gaps, which must stay untouched. */
function run(
  bench: Bench,
  { n, k, desc }: Layer,
  x: Float32Array,
  { rows, flags = 0, xGap = 0, outGap = 0, before }: Run,
): Float32Array {
  const xAt = bench.allocate(rows * (k + xGap) * 4),
    outAt = bench.allocate(rows * (n + outGap) * 4);
  for (let row = 0; row < rows; row++) {
    bench.floats(xAt + row * (k + xGap) * 4, k).set(x.subarray(row * k, row * k + k));
    if (before) {
      bench.floats(outAt + row * (n + outGap) * 4, n).set(before.subarray(row * n, row * n + n));
    }
  }
  const scratch = bench.allocate(bench.kernels.linearScratchBytes(rows, k));
  bench.kernels.linear(xAt, rows, (k + xGap) * 4, desc, outAt, (n + outGap) * 4, flags, scratch);
  bench.assertGuards();
  const result = new Float32Array(rows * n);
  for (let row = 0; row < rows; row++) {
    const at = outAt + row * (n + outGap) * 4;
    result.set(bench.floats(at, n), row * n);
    const gap = new Uint8Array(bench.memory.buffer, at + n * 4, outGap * 4);
    assert(gap.every((byte) => byte === 0xa5), `row ${row}: the gap behind it changed`);
  }
  return result;
}

/** The products by definition; returns also the magnitude that rounding errors are relative to. */
function reference(
  { n, k, weights, bias }: Layer,
  x: Float32Array,
  { rows, flags = 0, before }: Run,
  max: number | undefined,
): { values: Float64Array; magnitudes: Float64Array } {
  const values = new Float64Array(rows * n), magnitudes = new Float64Array(rows * n);
  const rowOf = (matrix: Float32Array, at: number, limit: number) => {
    const row = matrix.subarray(at * k, at * k + k);
    return max ? quantize(row, limit) : { numbers: Array.from(row), scale: 1 };
  };
  const columns = Array.from({ length: n }, (_, column) => rowOf(weights, column, 127));
  for (let row = 0; row < rows; row++) {
    const left = rowOf(x, row, max ?? 1);
    for (let column = 0; column < n; column++) {
      const right = columns[column], at = row * n + column;
      let sum = 0, magnitude = 0;
      for (let i = 0; i < k; i++) {
        const product = left.numbers[i] * right.numbers[i];
        sum += product;
        magnitude += Math.abs(product);
      }
      const scale = left.scale * right.scale, old = flags & ACCUMULATE ? before![at] : 0;
      const value = sum * scale + bias[column] + old;
      values[at] = flags & RELU ? Math.max(0, value) : value;
      // Integers are exact, so only the last steps round.
      magnitudes[at] = (max ? Math.abs(sum) : magnitude) * scale + Math.abs(bias[column]) +
        Math.abs(old);
    }
  }
  return { values, magnitudes };
}

function assertClose(
  actual: Float32Array,
  { values, magnitudes }: { values: Float64Array; magnitudes: Float64Array },
  what: string,
): void {
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i] - values[i]);
    assert(
      error <= 1e-5 * magnitudes[i] + 1e-30,
      `${what}: element ${i} is ${actual[i]} instead of ${values[i]}`,
    );
  }
}

/** What the hardware's dot product makes of bytes above 127. */
function probe(): Range {
  const bench = new Bench("relaxed"), p = bench.allocate(192);
  new Uint8Array(bench.memory.buffer, p, 16).fill(255);
  new Uint8Array(bench.memory.buffer, p + 16, 16).fill(127);
  bench.kernels.peakInt8(p, 1);
  const sum = new Int32Array(bench.memory.buffer, p, 1)[0] + 1; // sums begin with the first vector, -1
  return sum === 4 * 255 * 127 ? "u8" : sum === -4 * 127 ? "s8" : "i7";
}

const hasRelaxed = (() => {
  const text = atob(wasmBinary.relaxed);
  return WebAssembly.validate(Uint8Array.from(text, (character) => character.charCodeAt(0)));
})();
const hardware: Range = hasRelaxed ? probe() : "i7";

const MODES: readonly Mode[] = [
  { variant: "relaxed", range: "u8" },
  { variant: "relaxed", range: "s8" },
  { variant: "relaxed", range: "i7" },
  { variant: "plain", range: "s8" },
];

/** One test for each mode that this machine can run. */
function eachMode(name: string, body: (mode: Mode) => void): void {
  for (const mode of MODES) {
    const { variant, range } = mode;
    const runs = variant === "plain" || hasRelaxed && (range === "i7" || range === hardware);
    Deno.test({
      name: `${name} (${variant} ${range}${runs ? "" : `: skipped, the hardware is ${hardware}`})`,
      ignore: !runs,
      fn: () => body(mode),
    });
  }
}

function eachVariant(name: string, body: (variant: Variant) => void): void {
  for (const variant of ["relaxed", "plain"] as const) {
    const runs = variant === "plain" || hasRelaxed;
    Deno.test({
      name: `${name} (${variant}${runs ? "" : ": skipped, no relaxed SIMD here"})`,
      ignore: !runs,
      fn: () => body(variant),
    });
  }
}

function start({ variant, range }: Mode): Bench {
  const bench = new Bench(variant);
  bench.kernels.setActivationRange(...RANGES[range]);
  return bench;
}

const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 31];
const SIZES = [[16, 16], [32, 48], [48, 16], [80, 64], [112, 80], [96, 256]] as const;

/** Rows to try: all with small products, and one of every kind of remainder with large ones. */
const rowsOf = (n: number, k: number) => n * k < 6000 ? ROWS : [1, 2, 5, 6, 7, 31];

eachMode("linear() in int8 is the product of the quantised numbers", (mode) => {
  const [max] = RANGES[mode.range];
  for (const [n, k] of SIZES) {
    for (const rows of rowsOf(n, k)) {
      const bench = start(mode);
      const layer8 = layer(bench, "int8", { n, k, weights: uniform(n * k, 1) });
      const x = uniform(rows * k, 2 + rows);
      assertClose(
        run(bench, layer8, x, { rows }),
        reference(layer8, x, { rows }, max),
        `${rows} x ${n} x ${k}`,
      );
    }
  }
});

eachMode("linear() in int8 sums whole numbers exactly, up to the greatest", (mode) => {
  const [max] = RANGES[mode.range], n = 16;
  for (const k of [16, 512, 8192]) {
    for (const rows of [1, 2, 3, 4, 5, 7]) {
      const bench = start(mode);
      // Row 0 and output 0 hold nothing but extremes; all scales are 1.
      const whole = (limit: number, seed: number) => (value: number, i: number) =>
        i % k === 0 ? limit : i < k ? (i & seed ? -limit : limit) : Math.round(value * limit);
      const weights = uniform(n * k, 3).map(whole(127, 2)),
        x = uniform(rows * k, 4).map(whole(max, 4));
      const layer8 = layer(bench, "int8", { n, k, weights, hasBias: false });
      const expected = reference(layer8, x, { rows }, max).values;
      assertEquals(run(bench, layer8, x, { rows }), Float32Array.from(expected));
    }
  }
});

eachVariant("linear() in float32 is the product", (variant) => {
  for (const [n, k] of SIZES) {
    for (const rows of rowsOf(n, k)) {
      const bench = new Bench(variant);
      const dense = layer(bench, "fp32", { n, k, weights: uniform(n * k, 1) });
      const x = uniform(rows * k, 2 + rows);
      assertClose(
        run(bench, dense, x, { rows }),
        reference(dense, x, { rows }, undefined),
        `${rows} x ${n} x ${k}`,
      );
    }
  }
});

for (const dtype of ["int8", "fp32"] as const) {
  eachMode(
    `linear() in ${dtype} applies ReLU, adds to the output, and respects strides`,
    (mode) => {
      const [max] = RANGES[mode.range], n = 48, k = 32;
      for (const rows of ROWS) {
        for (const flags of [0, RELU, ACCUMULATE, RELU | ACCUMULATE]) {
          for (const hasBias of [true, false]) {
            const bench = start(mode);
            const dense = layer(bench, dtype, { n, k, weights: uniform(n * k, 5), hasBias });
            const x = uniform(rows * k, 6), before = uniform(rows * n, 7);
            const options = { rows, flags, xGap: 8, outGap: 4, before };
            assertClose(
              run(bench, dense, x, options),
              reference(dense, x, options, dtype === "int8" ? max : undefined),
              `${rows} rows, flags ${flags}`,
            );
          }
        }
      }
    },
  );

  eachMode(
    `linear() in ${dtype} gives a row the same bits whatever is computed with it`,
    (mode) => {
      // Deep and long enough for several chunks.
      for (const [n, k, most] of [[16, 4096, 130], [112, 144, 67]] as const) {
        const bench = start(mode);
        const dense = layer(bench, dtype, { n, k, weights: uniform(n * k, 8) });
        const x = uniform(most * k, 10), before = uniform(most * n, 11);
        const whole = run(bench, dense, x, { rows: most, flags: ACCUMULATE, before });
        for (let row = 0, rows = 1; row < most; row += rows, rows = rows % 13 + 1) {
          rows = Math.min(rows, most - row);
          const part = run(bench, dense, x.subarray(row * k), {
            rows,
            flags: ACCUMULATE,
            before: before.subarray(row * n),
          });
          assertEquals(
            part,
            whole.slice(row * n, (row + rows) * n),
            `rows ${row} to ${row + rows}`,
          );
        }
      }
    },
  );
}

eachMode(
  "linear() in int8 turns zeros into the bias, and NaN into NaN of its row alone",
  (mode) => {
    const n = 16, k = 32;
    for (const rows of [1, 3, 5, 6]) {
      const bench = start(mode);
      const layer8 = layer(bench, "int8", { n, k, weights: uniform(n * k, 12) });
      const x = uniform(rows * k, 13);
      x.fill(0, 0, k);
      assertEquals(run(bench, layer8, x, { rows }).slice(0, n), layer8.bias);
      x.fill(1e-42, 0, k);
      assertEquals(run(bench, layer8, x, { rows }).slice(0, n), layer8.bias);
      const clean = run(bench, layer8, x, { rows });
      for (const bad of [NaN, Infinity, -Infinity]) {
        x[5] = bad;
        const result = run(bench, layer8, x, { rows });
        assert(result.slice(0, n).every((value) => !Number.isFinite(value)), `${bad} vanished`);
        assertEquals(result.slice(n), clean.slice(n));
      }
    }
  },
);

eachMode("packInt8() quantises each output to the full range and corrects for the zero", (mode) => {
  const [, zero] = RANGES[mode.range], n = 32, k = 48, bench = start(mode);
  const weights = uniform(n * k, 14).map((value, i) => value * (1 + (i / k | 0)));
  weights.fill(0, 5 * k, 6 * k);
  const { desc } = layer(bench, "int8", { n, k, weights });
  const view = new DataView(bench.memory.buffer);
  const address = (field: number) => view.getUint32(desc + field, true);
  for (let column = 0; column < n; column++) {
    const { numbers, scale } = quantize(weights.subarray(column * k, column * k + k), 127);
    const packed = numbers.map((_, i) =>
      view.getInt8(
        address(layout.LINEAR_WEIGHTS) + (column >> 3) * k * 8 + (i >> 2) * 32 + (column & 7) * 4 +
          (i & 3),
      )
    );
    assertEquals(packed, numbers);
    assertEquals(view.getFloat32(address(layout.LINEAR_SCALES) + column * 4, true), scale);
    assertEquals(
      view.getInt32(address(layout.LINEAR_CORRECTIONS) + column * 4, true) + 0,
      -zero * numbers.reduce((sum, value) => sum + value, 0) + 0,
    );
  }
});

eachVariant("lookupRows() takes rows of a packed table", (variant) => {
  const n = 48, k = 32, ids = [47, 0, 13, 13, 8], scale = 1.5, stride = k + 4;
  for (const dtype of ["int8", "fp32"] as const) {
    const bench = new Bench(variant), weights = uniform(n * k, 15);
    const { desc } = layer(bench, dtype, { n, k, weights });
    const out = bench.allocate(ids.length * stride * 4);
    bench.kernels.lookupRows(desc, bench.writeInts(ids), ids.length, scale, out, stride * 4);
    bench.assertGuards();
    ids.forEach((id, i) => {
      const row = weights.slice(id * k, id * k + k), { numbers, scale: step } = quantize(row, 127);
      assertEquals(
        bench.floats(out + i * stride * 4, k).slice(),
        dtype === "fp32"
          ? row.map((value) => value * scale)
          : Float32Array.from(numbers, (value) => value * fround(step * scale)),
      );
    });
  }
});

eachMode("gatherColumns() makes a layer of the chosen outputs", (mode) => {
  const n = 64, k = 32, count = 19, padded = 32;
  const ids = Array.from({ length: count }, (_, i) => (i * 37 + 5) % n);
  for (const dtype of ["int8", "fp32"] as const) {
    for (const hasBias of [true, false]) {
      const bench = start(mode);
      const all = layer(bench, dtype, { n, k, weights: uniform(n * k, 16), hasBias });
      const desc = bench.allocate(layout.LINEAR_BYTES);
      describe(bench, desc, {
        dtype,
        n: padded,
        k,
        weights: bench.allocate(padded * k * (dtype === "int8" ? 1 : 4)),
        bias: bench.allocate(padded * 4),
        scales: bench.allocate(padded * 4),
        corrections: bench.allocate(padded * 4),
      });
      bench.kernels.gatherColumns(all.desc, bench.writeInts(ids), count, desc);
      const x = uniform(3 * k, 17), whole = run(bench, all, x, { rows: 3 });
      const chosen = run(bench, { ...all, n: padded, desc }, x, { rows: 3 });
      for (let row = 0; row < 3; row++) {
        for (let i = 0; i < padded; i++) {
          const expected = i < count ? whole[row * n + ids[i]] : fround(-1e9);
          assertEquals(chosen[row * padded + i], expected);
        }
      }
    }
  }
});

/** float16 by definition (IEEE 754-2008, 3.4). */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1, exponent = bits >> 10 & 31, mantissa = bits & 1023;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + mantissa / 1024) * 2 ** (exponent - 15) : mantissa * 2 ** -24);
}

eachVariant("halfToFloat() and brainToFloat() convert every number", (variant) => {
  const bench = new Bench(variant), every = 65536;
  const source = bench.allocate(every * 2), out = bench.allocate(every * 4);
  new Uint16Array(bench.memory.buffer, source, every).forEach((_, i, all) => all[i] = i);
  // In runs that are no multiple of a vector, so that the ends are converted as well.
  for (let from = 0; from < every; from += 8189) {
    const count = Math.min(8189, every - from);
    bench.kernels.halfToFloat(source + from * 2, out + from * 4, count);
  }
  const halves = bench.floats(out, every);
  for (let i = 0; i < every; i++) {
    if (!Object.is(halves[i], halfValue(i))) throw new Error(`half ${i} became ${halves[i]}`);
  }
  for (let from = 0; from < every; from += 8189) {
    const count = Math.min(8189, every - from);
    bench.kernels.brainToFloat(source + from * 2, out + from * 4, count);
  }
  const bits = new Uint32Array(bench.memory.buffer, out, every);
  for (let i = 0; i < every; i++) {
    if (bits[i] !== i * 65536) throw new Error(`bfloat16 ${i}: ${bits[i]}`);
  }
  bench.assertGuards();
});

eachVariant("findNonFinite() names the first NaN or infinity", (variant) => {
  const bench = new Bench(variant), count = 103;
  const x = bench.write(uniform(count, 18)), values = bench.floats(x, count);
  values[3] = 3.4028234e38;
  assertEquals(bench.kernels.findNonFinite(x, count), -1);
  assertEquals(bench.kernels.findNonFinite(x, 0), -1);
  for (const bad of [NaN, Infinity, -Infinity]) {
    for (const at of [102, 101, 64, 17, 0]) {
      values[at] = bad;
      assertEquals(bench.kernels.findNonFinite(x, count), at);
      assertEquals(bench.kernels.findNonFinite(x, at), -1);
    }
    values.set(uniform(count, 18));
  }
});

eachVariant("transpose() swaps rows and columns of any count", (variant) => {
  for (const [rows, columns] of [[1, 1], [4, 8], [5, 3], [3, 9], [16, 17]]) {
    const bench = new Bench(variant), values = uniform(rows * columns, 19);
    const out = bench.allocate(rows * columns * 4);
    bench.kernels.transpose(bench.write(values), rows, columns, out);
    bench.assertGuards();
    const expected = Float32Array.from(
      values,
      (_, i) => values[(i % rows) * columns + (i / rows | 0)],
    );
    assertEquals(bench.floats(out, rows * columns).slice(), expected);
  }
});

eachVariant("peakInt8() and peakFloat() do what they count", (variant) => {
  const bench = new Bench(variant), p = bench.allocate(192), steps = 3;
  const first = 0x01010101;
  new Int8Array(bench.memory.buffer, p, 32).fill(1);
  bench.kernels.peakInt8(p, steps);
  let sum = first;
  // Four products of ones a step; in plain SIMD two steps of the sum's own halves times 257.
  if (variant === "relaxed") sum += 4 * steps;
  else for (let i = 0; i < 2 * steps; i++) sum = sum + ((sum << 16 >> 16) + (sum >> 16)) * 257 | 0;
  assertEquals(
    new Int32Array(bench.memory.buffer, p + 176, 4).slice(),
    new Int32Array(4).fill(sum),
  );
  bench.floats(p, 4).fill(2);
  bench.floats(p + 16, 4).fill(3);
  bench.kernels.peakFloat(p, steps);
  assertEquals(
    bench.floats(p + 176, 4).slice(),
    new Float32Array(4).fill(((2 * 2 + 3) * 2 + 3) * 2 + 3),
  );
});
