import type { PlainModel } from "./model.ts";
import type { Arena, PackedModel } from "./packed_model.ts";

/** Results of a program; maps `[layers][rows][heads][stride]`, flat. */
export interface Output {
  readonly hidden: number[][];
  readonly selfAttentions: Float32Array;
  readonly crossAttentions: Float32Array;
}

/** One token of a step. */
export interface StepToken {
  readonly id: number;
  readonly position: number;
  /** Address of the list of record addresses. */
  readonly table: number;
  readonly source?: number;
  readonly sourceLength?: number;
}

/**
 * Runs the encoder program over a ragged batch.
 *
 * @param arena The kernels.
 * @param options The model, the ids of the sentences, and maybe types; floats from one row of a map to
 * the next.
 * @returns The hidden states of all rows, padding included, and the maps.
 */
export function runEncoder(
  arena: Arena,
  { model, packed, sentences, types, mapStride = 0 }: {
    model: PlainModel;
    packed: PackedModel;
    sentences: number[][];
    types?: number[][];
    mapStride?: number;
  },
): Output {
  const { kernels } = arena, rows = sentences.flat().length;
  const starts = [0];
  for (const ids of sentences) starts.push(starts.at(-1)! + ids.length);
  const longest = Math.max(0, ...sentences.map((ids) => ids.length));
  const size = model.stack.length * rows * model.heads * mapStride;
  const maps = mapStride ? arena.allocate(4 * size) : 0;
  const out = arena.allocate(4 * rows * packed.hidden), guard = arena.allocate(64);
  const ids = arena.words(sentences.flat());
  const positions = arena.words(sentences.flatMap((ids) => ids.map((_, i) => i)));
  const typeIds = types ? arena.words(types.flat()) : 0;
  const startsAt = arena.words(starts);
  const scratchBytes = kernels.encoderScratchBytes(packed.stack, rows, longest);
  const scratch = arena.allocate(scratchBytes), end = arena.allocate(64);
  kernels.encoder(
    ...[packed.stack, ids, positions, typeIds, rows, startsAt, sentences.length, out],
    ...[maps, mapStride, 0, scratch],
  );
  expectUntouched(arena, [guard, end]);
  return {
    hidden: readRows(arena, out, rows, packed.hidden),
    selfAttentions: maps ? arena.viewFloats(maps, size).slice() : new Float32Array(),
    crossAttentions: new Float32Array(),
  };
}

/** Runs one step of the decoder program. */
export function runDecoder(
  arena: Arena,
  { model, packed, tokens, mapStride = 0 }: {
    model: PlainModel;
    packed: PackedModel;
    tokens: StepToken[];
    mapStride?: number;
  },
): Output {
  const { kernels } = arena;
  const words = (value: (token: StepToken) => number) => arena.words(tokens.map(value));
  const size = model.stack.length * tokens.length * model.heads * mapStride;
  const selfMaps = mapStride ? arena.allocate(4 * size) : 0;
  const crossMaps = mapStride && model.cross ? arena.allocate(4 * size) : 0;
  const out = arena.allocate(4 * tokens.length * packed.hidden), guard = arena.allocate(64);
  const longest = Math.max(...tokens.flatMap((t) => [t.position + 1, t.sourceLength ?? 0]));
  const ids = words((t) => t.id), positions = words((t) => t.position);
  const tables = words((t) => t.table);
  const sources = model.cross ? words((t) => t.source!) : 0;
  const lengths = model.cross ? words((t) => t.sourceLength!) : 0;
  const scratchBytes = kernels.decoderScratchBytes(packed.stack, tokens.length, longest);
  const scratch = arena.allocate(scratchBytes), end = arena.allocate(64);
  kernels.decoder(
    ...[packed.stack, ids, positions, tables, sources, lengths, tokens.length, out],
    ...[selfMaps, crossMaps, mapStride, scratch],
  );
  expectUntouched(arena, [guard, end]);
  const read = (maps: number) => maps ? arena.viewFloats(maps, size).slice() : new Float32Array();
  return {
    hidden: readRows(arena, out, tokens.length, packed.hidden),
    selfAttentions: read(selfMaps),
    crossAttentions: read(crossMaps),
  };
}

function readRows(arena: Arena, address: number, rows: number, stride: number): number[][] {
  const values = arena.viewFloats(address, rows * stride);
  return Array.from({ length: rows }, (_, i) => [...values.slice(i * stride, (i + 1) * stride)]);
}

function expectUntouched(arena: Arena, guards: number[]): void {
  for (const guard of guards) {
    if (arena.viewWords(guard, 16).some((word) => word !== -1)) {
      throw new Error("Cannot accept the result: the kernel wrote past the end of a buffer");
    }
  }
}
