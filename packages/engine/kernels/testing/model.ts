/** A linear layer or a table: `weights` `[outputs][inputs]`. */
export interface Dense {
  readonly weights: number[][];
  readonly bias: number[];
}

/** The parameters of a layer norm. */
export interface Norm {
  readonly weight: number[];
  readonly bias: number[];
}

/** One layer of a plain model; what is missing is not there. */
export interface PlainLayer {
  readonly query?: Dense;
  readonly key?: Dense;
  readonly value?: Dense;
  readonly selfOut?: Dense;
  readonly candidate?: Dense;
  readonly forget?: Dense;
  readonly selfNorm: Norm;
  readonly crossQuery?: Dense;
  readonly crossOut?: Dense;
  readonly crossNorm?: Norm;
  readonly up: Dense;
  readonly down: Dense;
  readonly ffnNorm: Norm;
}

/** What {@linkcode randomModel} draws. */
export interface ModelOptions {
  readonly layers?: number;
  readonly size: number;
  readonly heads: number;
  readonly headDim: number;
  readonly ffn: number;
  readonly vocab?: number;
  readonly activation: number;
  readonly preNorm: boolean;
  readonly causal?: boolean;
  readonly positions?: boolean;
  readonly types?: boolean;
  readonly embeddingNorm?: boolean;
  readonly finalNorm?: boolean;
  readonly ssru?: boolean;
  readonly cross?: boolean;
}

/** A model in plain arrays of doubles that are exact in single precision. */
export interface PlainModel extends ModelOptions {
  readonly eps: number;
  readonly scale: number;
  readonly embeddingScale: number;
  readonly tokens: number[][];
  readonly positionTable?: number[][];
  readonly typeTable?: number[][];
  readonly embeddingNormWeights?: Norm;
  readonly finalNormWeights?: Norm;
  readonly stack: PlainLayer[];
}

/** Keys and values of a source for every layer: `[layers][length][heads * headDim]`. */
export interface Source {
  readonly keys: number[][][];
  readonly values: number[][][];
}

/** How many positions a model's table has. */
export const MAX_POSITIONS = 40;

/**
 * A generator of uniform numbers in [0, 1) (mulberry32).
 *
 * @param seed Decides the sequence.
 * @returns The generator.
 */
export function createRandom(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}

/** Numbers in [-spread, spread] + offset. */
export function randomRow(random: () => number, count: number, spread = 1, offset = 0): number[] {
  return Array.from(
    { length: count },
    () => Math.fround((2 * random() - 1) * spread + offset),
  );
}

/** Rows of {@linkcode randomRow}. */
export function randomRows(
  random: () => number,
  rows: number,
  count: number,
  spread = 1,
): number[][] {
  return Array.from({ length: rows }, () => randomRow(random, count, spread));
}

/** Draws a model. */
export function randomModel(options: ModelOptions, random: () => number): PlainModel {
  const { size, heads, headDim, ffn, vocab = 23, layers = 2, ssru, cross } = options;
  const width = heads * headDim;
  const dense = (outputs: number, inputs: number): Dense => ({
    weights: randomRows(random, outputs, inputs, 1.7 / Math.sqrt(inputs)),
    bias: randomRow(random, outputs, 0.3),
  });
  const norm = (): Norm => ({
    weight: randomRow(random, size, 0.5, 1),
    bias: randomRow(random, size, 0.3),
  });
  const stack = Array.from({ length: layers }, (): PlainLayer => ({
    ...(ssru ? { candidate: dense(size, size), forget: dense(size, size) } : {
      query: dense(width, size),
      key: dense(width, size),
      value: dense(width, size),
      selfOut: dense(size, width),
    }),
    selfNorm: norm(),
    crossQuery: cross ? dense(width, size) : undefined,
    crossOut: cross ? dense(size, width) : undefined,
    crossNorm: cross ? norm() : undefined,
    up: dense(ffn, size),
    down: dense(size, ffn),
    ffnNorm: norm(),
  }));
  return {
    ...options,
    layers,
    vocab,
    eps: Math.fround(1e-5),
    scale: Math.fround(1 / Math.sqrt(headDim)),
    embeddingScale: Math.fround(1.5),
    tokens: randomRows(random, vocab, size),
    positionTable: options.positions ? randomRows(random, MAX_POSITIONS, size) : undefined,
    typeTable: options.types ? randomRows(random, 2, size) : undefined,
    embeddingNormWeights: options.embeddingNorm ? norm() : undefined,
    finalNormWeights: options.finalNorm ? norm() : undefined,
    stack,
  };
}

/** Draws the keys and values of a source. */
export function randomSource(model: PlainModel, length: number, random: () => number): Source {
  const draw = () =>
    model.stack.map(() => randomRows(random, length, model.heads * model.headDim, 1.5));
  return { keys: draw(), values: draw() };
}
