import { assert, assertEquals } from "@std/assert";
import {
  ACTIVATION_GELU,
  ACTIVATION_GELU_TANH,
  ACTIVATION_RELU,
  ACTIVATION_SWISH,
} from "./layout.ts";
import {
  createRandom,
  type ModelOptions,
  type PlainModel,
  randomModel,
  randomSource,
} from "./testing/model.ts";
import { Arena, MODES, type PackedModel, packModel, packSource } from "./testing/packed_model.ts";
import { type Result, runReference } from "./testing/reference.ts";
import { type Output, runDecoder, runEncoder, type StepToken } from "./testing/run_programs.ts";

/** Of hidden states whose size is about 1, after layers in single precision. */
const TOLERANCE = 1e-4;
const ACTIVATIONS = [ACTIVATION_RELU, ACTIVATION_GELU, ACTIVATION_SWISH, ACTIVATION_GELU_TANH];
/** Heads and sizes that fill the padding to 4 and 16 in every way. */
const SHAPES = [
  { size: 16, heads: 2, headDim: 4, ffn: 16 },
  { size: 36, heads: 3, headDim: 12, ffn: 50 },
  { size: 64, heads: 2, headDim: 32, ffn: 80 },
  { size: 50, heads: 1, headDim: 64, ffn: 70 },
  { size: 25, heads: 5, headDim: 5, ffn: 33 },
  { size: 40, heads: 2, headDim: 44, ffn: 20 },
];
const STRIDE = 19;

function randomIds(random: () => number, length: number): number[] {
  return Array.from({ length }, () => Math.floor(random() * 23));
}

function assertClose(actual: number[], expected: number[], message: string): void {
  expected.forEach((value, i) => {
    const difference = Math.abs(actual[i] - value);
    assert(difference <= TOLERANCE, `${message}, element ${i}: ${actual[i]}, expected ${value}`);
  });
  // What is after the model's own size is zero.
  assert(actual.slice(expected.length).every((value) => value === 0), `${message}: padding`);
}

/** Compares the rows of one sentence, which begin at `first` of a batch of `rows`. */
function assertResult(
  { actual, expected, first, rows, model, name }: {
    actual: Output;
    expected: Result;
    first: number;
    rows: number;
    model: PlainModel;
    name: string;
  },
): void {
  expected.hidden.forEach((row, i) =>
    assertClose(actual.hidden[first + i], row, `${name}, row ${i}`)
  );
  const compare = (maps: Float32Array, plain: number[][][][], kind: string) => {
    if (!maps.length) return;
    plain.forEach((layer, l) =>
      layer.forEach((row, i) =>
        row.forEach((map, h) => {
          const at = ((l * rows + first + i) * model.heads + h) * STRIDE;
          const weights = [...maps.subarray(at, at + STRIDE)];
          assertClose(weights, map, `${name}, ${kind} attention ${l} ${i} ${h}`);
          const sum = weights.reduce((a, b) => a + b, 0);
          if (map.length) assert(Math.abs(sum - 1) < 1e-5, `${name}: weights add up to ${sum}`);
        })
      )
    );
  };
  compare(actual.selfAttentions, expected.selfAttentions, "self");
  compare(actual.crossAttentions, expected.crossAttentions, "cross");
}

/** Every combination of shape, norm and activation, with the other options drawn. */
function* everyModel(random: () => number): Generator<{ options: ModelOptions; name: string }> {
  const draw = () => random() < 0.5;
  for (const shape of SHAPES) {
    for (const preNorm of [false, true]) {
      for (const activation of ACTIVATIONS) {
        const options = {
          ...shape,
          preNorm,
          activation,
          causal: draw(),
          positions: draw(),
          types: draw(),
          embeddingNorm: draw(),
          finalNorm: draw(),
        };
        yield { options, name: JSON.stringify(options) };
      }
    }
  }
}

for (const mode of MODES) {
  Deno.test(`encoder() agrees with a plain encoder in double precision (${mode})`, () => {
    const random = createRandom(1);
    for (const { options, name } of everyModel(random)) {
      const model = randomModel(options, random), arena = new Arena(mode);
      const packed = packModel(arena, model);
      const sentences = [5, 1, 0, 8, 17, 2, 3].map((length) => randomIds(random, length));
      const types = sentences.map((ids) => ids.map(() => random() < 0.5 ? 0 : 1));
      const actual = runEncoder(arena, { model, packed, sentences, types, mapStride: STRIDE });
      let first = 0;
      sentences.forEach((ids, s) => {
        const expected = runReference(model, { ids, types: types[s] });
        assertResult({ actual, expected, first, rows: 36, model, name });
        first += ids.length;
      });
    }
  });

  Deno.test(`encoder() gives a sentence the same bits in any batch (${mode})`, () => {
    const random = createRandom(2);
    for (const headDim of [12, 32]) {
      for (const causal of [false, true]) {
        const model = randomModel({
          ...{ size: 40, heads: 2, headDim, ffn: 60, positions: true, causal },
          ...{ activation: ACTIVATION_GELU, preNorm: causal },
        }, random);
        const arena = new Arena(mode), packed = packModel(arena, model);
        // More rows than go through a layer together.
        const sentences = [3, 31, 30, 9, 38, 1, 40, 7].map((length) => randomIds(random, length));
        const batch = runEncoder(arena, { model, packed, sentences }).hidden;
        const alone = sentences.flatMap((ids) =>
          runEncoder(arena, { model, packed, sentences: [ids] }).hidden
        );
        assertEquals(batch, alone);
      }
    }
  });

  Deno.test(`encoder() does nothing for an empty batch and nothing wrong for empty sentences (${mode})`, () => {
    const random = createRandom(3), arena = new Arena(mode);
    const model = randomModel({ ...SHAPES[0], activation: ACTIVATION_RELU, preNorm: true }, random);
    const packed = packModel(arena, model);
    assertEquals(runEncoder(arena, { model, packed, sentences: [] }).hidden, []);
    assertEquals(runEncoder(arena, { model, packed, sentences: [[], []] }).hidden, []);
  });

  Deno.test(`decoder() agrees with a plain decoder in double precision (${mode})`, () => {
    const random = createRandom(4);
    for (const { options, name } of everyModel(random)) {
      const ssru = random() < 0.4, cross = random() < 0.7;
      const model = randomModel({ ...options, types: false, causal: true, ssru, cross }, random);
      const arena = new Arena(mode), packed = packModel(arena, model);
      const rows = [9, 6, 4].map((length, r) => {
        const source = randomSource(model, [7, 1, 18][r], random);
        return { ids: randomIds(random, length), source };
      });
      const state = rows.map(({ ids, source }) => ({
        table: createTable(arena, packed, ids.length),
        source: packSource(arena, model, packed, source),
        sourceLength: source.keys[0].length,
      }));
      const expected = rows.map((row) => runReference(model, row));
      // Two tokens of every row at first, then one of each row that goes on.
      for (let position = 0; position < 9; position += position ? 1 : 2) {
        const given = rows.flatMap(({ ids }, r) =>
          (position ? [position] : [0, 1]).filter((p) => p < ids.length).map((p) => ({ r, p }))
        );
        const tokens = given.map(({ r, p }) => ({ id: rows[r].ids[p], position: p, ...state[r] }));
        const actual = runDecoder(arena, { model, packed, tokens, mapStride: STRIDE });
        given.forEach(({ r, p }, i) => {
          const at = (maps: number[][][][]) => maps.map((layer) => [layer[p]]);
          assertResult({
            actual,
            expected: {
              hidden: [expected[r].hidden[p]],
              selfAttentions: at(expected[r].selfAttentions),
              crossAttentions: at(expected[r].crossAttentions),
            },
            first: i,
            rows: tokens.length,
            model,
            name: `${name}, ssru ${ssru}, cross ${cross}, row ${r}, position ${p}`,
          });
        });
      }
    }
  });

  Deno.test(`decoder() gives the same bits for all tokens at once and one by one (${mode})`, () => {
    for (const ssru of [false, true]) {
      const { arena, model, packed, source } = decoderCase(mode, { ssru });
      const ids = randomIds(createRandom(6), 13);
      const run = (chunks: number[][]) => {
        const table = createTable(arena, packed, ids.length);
        return chunks.flatMap((positions) => {
          const tokens = positions.map((p) => ({ id: ids[p], position: p, table, ...source }));
          return runDecoder(arena, { model, packed, tokens }).hidden;
        });
      };
      const all = ids.map((_, p) => p), single = run(all.map((p) => [p]));
      assertEquals(run([all]), single);
      assertEquals(run([all.slice(0, 6), all.slice(6)]), single);
    }
  });

  Deno.test(`decoder() gives a row the same bits in any batch (${mode})`, () => {
    for (const ssru of [false, true]) {
      const { arena, model, packed, source } = decoderCase(mode, { ssru });
      const random = createRandom(7), lengths = [3, 8, 1, 5, 8, 2, 6];
      const rows = lengths.map((length) => randomIds(random, length));
      const run = (chosen: number[][]) => {
        const tables = chosen.map((ids) => createTable(arena, packed, ids.length));
        let hidden: number[][] = [];
        for (let p = 0; p < 8; p++) {
          const tokens = chosen.flatMap((ids, r) =>
            p < ids.length ? [{ id: ids[p], position: p, table: tables[r], ...source }] : []
          );
          hidden = hidden.concat(runDecoder(arena, { model, packed, tokens }).hidden);
        }
        return hidden;
      };
      const alone = rows.map((ids) => run([ids])), batch = run(rows);
      let i = 0;
      for (let p = 0; p < 8; p++) {
        rows.forEach((ids, r) => p < ids.length && assertEquals(batch[i++], alone[r][p]));
      }
    }
  });

  Deno.test(`decoder() follows tables that share and reorder records (${mode})`, () => {
    for (const ssru of [false, true]) {
      const { arena, model, packed, source, plainSource } = decoderCase(mode, { ssru });
      const random = createRandom(8), beams = 3;
      // Every step, each beam goes on from a random one of the step before.
      let histories = Array.from(
        { length: beams },
        () => ({ ids: [] as number[], records: [] as number[] }),
      );
      for (let position = 0; position < 10; position++) {
        histories = histories.map(() => {
          const { ids, records } = histories[Math.floor(random() * beams)];
          return {
            ids: [...ids, Math.floor(random() * 23)],
            records: [...records, arena.allocate(packed.recordBytes)],
          };
        });
        const tokens = histories.map(({ ids, records }) => ({
          ...{ id: ids[position], position, table: arena.words(records) },
          ...source,
        }));
        const { hidden } = runDecoder(arena, { model, packed, tokens });
        histories.forEach(({ ids }, beam) => {
          const expected = runReference(model, { ids, source: plainSource }).hidden[position];
          assertClose(hidden[beam], expected, `ssru ${ssru}, position ${position}, beam ${beam}`);
        });
      }
    }
  });

  Deno.test(`decoder() keeps rows apart whose positions happen to follow each other (${mode})`, () => {
    for (const ssru of [false, true]) {
      const { arena, model, packed, source, plainSource } = decoderCase(mode, { ssru });
      const random = createRandom(10), rows = [0, 1, 2, 3].map(() => randomIds(random, 5));
      const tables = rows.map(() => createTable(arena, packed, 5));
      const token = (r: number, position: number) => ({
        ...{ id: rows[r][position], position, table: tables[r] },
        ...source,
      });
      // Row r is r tokens ahead.
      rows.forEach((_, r) => {
        for (let p = 0; p < r; p++) runDecoder(arena, { model, packed, tokens: [token(r, p)] });
      });
      const tokens = rows.map((_, r) => token(r, r));
      const { hidden } = runDecoder(arena, { model, packed, tokens });
      rows.forEach((ids, r) => {
        const expected = runReference(model, { ids, source: plainSource }).hidden[r];
        assertClose(hidden[r], expected, `ssru ${ssru}, row ${r}`);
      });
    }
  });

  Deno.test(`decoder() takes sources without a token for zeros (${mode})`, () => {
    const { arena, model, packed, source } = decoderCase(mode, { ssru: false });
    const step = (sourceLengths: number[]) =>
      runDecoder(arena, {
        model,
        packed,
        tokens: sourceLengths.map((sourceLength) => ({
          ...{ id: 3, position: 0, table: createTable(arena, packed, 1) },
          ...{ source: source.source, sourceLength },
        })),
        mapStride: 4,
      });
    const { hidden, crossAttentions } = step([0, 0, 0]);
    assertEquals(hidden, [...step([0]).hidden, ...step([0, 0]).hidden]);
    assert(hidden.flat().every(Number.isFinite));
    assert(crossAttentions.every((weight) => weight === 0));
  });

  Deno.test(`encoder() and decoder() with int8 weights stay near the float ones (${mode})`, () => {
    const random = createRandom(9), arena = new Arena(mode);
    const model = randomModel({
      ...{
        size: 64,
        heads: 2,
        headDim: 32,
        ffn: 128,
        positions: true,
        causal: true,
        finalNorm: true,
      },
      ...{ activation: ACTIVATION_RELU, preNorm: false },
    }, random);
    const packed = packModel(arena, model, { int8: true }), ids = randomIds(random, 14);
    const encoded = runEncoder(arena, { model, packed, sentences: [ids] }).hidden;
    const table = createTable(arena, packed, ids.length);
    const tokens = ids.map((id, position) => ({ id, position, table }));
    const decoded = runDecoder(arena, { model, packed, tokens }).hidden;
    const expected = runReference(model, { ids }).hidden.flat();
    // A causal encoder and a decoder without a source are the same.
    assertEquals(decoded, encoded);
    const actual = encoded.flat();
    const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i], 0);
    const cosine = dot(actual, expected) /
      Math.sqrt(dot(actual, actual) * dot(expected, expected));
    assert(cosine > 0.999, `cosine ${cosine}`);
    assert(cosine < 0.9999999, "the weights were not quantised");
  });
}

/** A table of fresh records, and its address. */
function createTable(arena: Arena, packed: PackedModel, positions: number): number {
  return arena.words(
    Array.from({ length: positions }, () => arena.allocate(packed.recordBytes)),
  );
}

function decoderCase(mode: typeof MODES[number], { ssru }: { ssru: boolean }) {
  const random = createRandom(5), arena = new Arena(mode);
  const model = randomModel({
    ...{ size: 40, heads: 3, headDim: 12, ffn: 60, cross: true, positions: true, ssru },
    ...{ activation: ACTIVATION_SWISH, preNorm: ssru, causal: true, finalNorm: ssru },
  }, random);
  const packed = packModel(arena, model), plainSource = randomSource(model, 11, random);
  const address = packSource(arena, model, packed, plainSource);
  const source: Pick<StepToken, "source" | "sourceLength"> = { source: address, sourceLength: 11 };
  return { arena, model, packed, source, plainSource };
}
