import type { ActivationKind } from "../kernels/elementwise.ts";
import { activationName, ACTIVATIONS } from "./activation.ts";
import { type BufferUse, type Program, variants } from "./program.ts";
import { KEEP_PARAMS, RANDOM_WORD } from "./random.ts";

/** What tells programs of products apart; see `Product` for the meaning. */
export interface ProductVariant {
  readonly tile: 32 | 64;
  readonly aTransposed: boolean;
  readonly bTransposed: boolean;
  /** Reads `a` four elements at a time. */
  readonly aWide: boolean;
  readonly bWide: boolean;
  readonly wideOut: boolean;
  readonly bias: boolean;
  readonly activation?: ActivationKind;
  readonly before: boolean;
  readonly sums: boolean;
  readonly dropout: boolean;
  /** Writes the sums of a part of the depth; `sums` follow them in the same buffer. */
  readonly split: boolean;
}

const LANES = 64;
const FOUR = [0, 1, 2, 3];

/** Steps of the depth that are written out in a loop. */
const UNROLLED = 2;

const float = (wide: boolean) => wide ? "vec4<f32>" : "f32";

/**
 * A tile of the result in a workgroup of 8 x 8 lanes. Each lane holds a block of 4 x 4 elements or, in
 * a tile of 64, four of them, 32 apart, in registers. Both factors pass through workgroup memory in
 * slices of the depth: each lane fetches a block of 4 x 4 of either, so that it always reads along the
 * rows of a tensor, turns it if need be, and stores whole vectors (a store to a part of a vector may
 * tear those of its neighbours). The next slice is fetched into registers before this one is computed
 * with, which hides what memory takes. All is unrolled here, since an array that is indexed by a
 * variable might not live in registers.
 */
export const productProgram: (variant: ProductVariant) => Program = variants((
  variant: ProductVariant,
): Program => {
  const { tile, aTransposed, bTransposed, aWide, bWide, wideOut } = variant;
  const slice = tile === 64 ? 16 : 32;
  const fetches = [
    fetch("a", { tile, slice, alongDepth: !aTransposed, origin: "row0", size: "p.m" }),
    fetch("b", { tile, slice, alongDepth: bTransposed, origin: "column0", size: "p.n" }),
  ];
  return {
    name: `product ${aTransposed ? "T" : "N"}${bTransposed ? "T" : "N"} ${tile}`,
    buffers: buffersOf(variant),
    params: {
      ...{ m: "u32", n: "u32", k: "u32", rows: "u32", columns: "u32", depth: "u32", group: "u32" },
      ...{ partSize: "u32", aRow: "u32", aInner: "u32", aOuter: "u32" },
      ...{ bRow: "u32", bInner: "u32", bOuter: "u32" },
      ...{ outRow: "u32", outInner: "u32", outOuter: "u32" },
      ...(variant.dropout && KEEP_PARAMS),
    },
    workgroup: LANES,
    declarations: `
var<workgroup> aTile: array<vec4<f32>, ${slice * tile / 4}>;
var<workgroup> bTile: array<vec4<f32>, ${slice * tile / 4}>;
${variant.dropout ? RANDOM_WORD : ""}
${variant.activation ? ACTIVATIONS : ""}
${reader("a", aWide, variant.dropout)}
${reader("b", bWide, false)}
${writer(variant)}`,
    main: `
  let column0 = (group % p.columns) * ${tile}u;
  let row0 = (group / p.columns) % p.rows * ${tile}u;
  let z = group / (p.columns * p.rows);
  ${variant.split ? "let matrix = 0u;\n  let part = z;" : "let matrix = z;\n  let part = 0u;"}
  let kBegin = part * p.depth;
  let kEnd = min(kBegin + p.depth, p.k);
  let outer = matrix / p.group;
  let inner = matrix % p.group;
  let aStart = outer * p.aOuter + inner * p.aInner;
  let bStart = outer * p.bOuter + inner * p.bInner;
  let outStart = ${variant.split ? "part * p.partSize" : "outer * p.outOuter + inner * p.outInner"};
  let tx = lane % 8u;
  let ty = lane / 8u;
${registers(tile, variant.sums)}
${fetches.map(({ declared }) => declared).join("\n")}
  var k0 = kBegin;
${fetches.map(({ load }) => load).join("\n")}
  while (k0 < kEnd) {
${fetches.map(({ store }) => store).join("\n")}
    workgroupBarrier();
    k0 += ${slice}u;
${fetches.map(({ load }) => load).join("\n")}
    for (var k = 0u; k < ${slice}u; k += ${UNROLLED}u) {
${
      Array.from({ length: UNROLLED }, (_, i) => multiplyAdd(tile, { sums: variant.sums, step: i }))
        .join("\n")
    }
    }
    workgroupBarrier();
  }
${store(variant, wideOut)}`,
  };
});

function buffersOf(
  { aWide, bWide, wideOut, bias, before, sums, split }: ProductVariant,
): Record<string, BufferUse> {
  const buffers: Record<string, BufferUse> = {
    a: { type: float(aWide) },
    b: { type: float(bWide) },
  };
  if (bias) buffers.bias = { type: float(wideOut) };
  const written: BufferUse = { type: float(wideOut), write: true };
  buffers.result = written;
  if (before) buffers.before = written;
  if (sums && !split) buffers.sums = written;
  return buffers;
}

/** `readX(start, row, column, rows, columns)`: four neighbours in a row, zeros beyond the matrix. */
function reader(name: "a" | "b", wide: boolean, dropout: boolean): string {
  const kept = dropout
    ? "value *= vec4<f32>(keep(i), keep(i + 1u), keep(i + 2u), keep(i + 3u));"
    : "";
  const read = wide ? `value = ${name}[i / 4u];` : `value.x = ${name}[i];
  if (column + 1u < columns) { value.y = ${name}[i + 1u]; }
  if (column + 2u < columns) { value.z = ${name}[i + 2u]; }
  if (column + 3u < columns) { value.w = ${name}[i + 3u]; }`;
  return `fn read_${name}(start: u32, row: u32, column: u32, rows: u32, columns: u32) -> vec4<f32> {
  var value = vec4<f32>();
  if (row >= rows || column >= columns) { return value; }
  let i = start + row * p.${name}Row + column;
  ${read}
  ${kept}
  return value;
}`;
}

/** A lane's part in moving a slice: four vectors, from the tensor to registers to the tile. */
interface Fetch {
  readonly declared: string;
  readonly load: string;
  readonly store: string;
}

/** Reads a block of 4 x 4 at `k0`, and stores it so that the tile's rows run along the depth. */
function fetch(
  name: "a" | "b",
  { tile, slice, alongDepth, origin, size }: {
    tile: number;
    slice: number;
    /** Rows of the tensor run along the depth. */
    alongDepth: boolean;
    origin: string;
    size: string;
  },
): Fetch {
  const across = tile / 4, deep = slice / 4;
  // Neighbouring lanes read neighbouring blocks of a row.
  const [k, m] = alongDepth
    ? [`lane % ${deep}u`, `lane / ${deep}u`]
    : [`lane / ${across}u`, `lane % ${across}u`];
  const vectors = FOUR.map((j) => `${name}${j}`);
  const parts = ["x", "y", "z", "w"];
  const stored = (i: number) =>
    alongDepth ? `vec4<f32>(${vectors.map((v) => `${v}.${parts[i]}`).join(", ")})` : vectors[i];
  const read = (j: number) =>
    alongDepth
      ? `${origin} + ${name}M * 4u + ${j}u, k0 + ${name}K * 4u, ${size}, kEnd`
      : `k0 + ${name}K * 4u + ${j}u, ${origin} + ${name}M * 4u, kEnd, ${size}`;
  return {
    declared: `  let ${name}K = ${k};
  let ${name}M = ${m};
${vectors.map((v) => `  var ${v} = vec4<f32>();`).join("\n")}`,
    load: vectors.map((v, j) => `    ${v} = read_${name}(${name}Start, ${read(j)});`).join("\n"),
    store: FOUR.map((i) =>
      `    ${name}Tile[(${name}K * 4u + ${i}u) * ${across}u + ${name}M] = ${stored(i)};`
    ).join("\n"),
  };
}

/** Blocks of a tile along a side. */
const blocks = (tile: number) => tile === 64 ? [0, 1] : [0];

function registers(tile: number, sums: boolean): string {
  const lines = blocks(tile).flatMap((r) => [
    ...(sums ? [`  var s${r} = vec4<f32>();`] : []),
    ...FOUR.flatMap((i) => blocks(tile).map((c) => `  var r${r}_${i}_${c} = vec4<f32>();`)),
  ]);
  return lines.join("\n");
}

/** One step of the depth, `k + step`. */
function multiplyAdd(
  tile: number,
  { sums, step }: { sums: boolean; step: number },
): string {
  const across = tile / 4;
  const [a, b] = [`a${step}_`, `b${step}_`];
  const loads = blocks(tile).flatMap((i) => [
    `      let ${a}${i} = aTile[(k + ${step}u) * ${across}u + ${8 * i}u + ty];`,
    `      let ${b}${i} = bTile[(k + ${step}u) * ${across}u + ${8 * i}u + tx];`,
  ]);
  const products = blocks(tile).flatMap((r) =>
    FOUR.flatMap((i) =>
      blocks(tile).map((c) => `      r${r}_${i}_${c} += ${a}${r}[${i}] * ${b}${c};`)
    )
  );
  const added = sums
    ? [`      if (column0 == 0u) { ${blocks(tile).map((r) => `s${r} += ${a}${r};`).join(" ")} }`]
    : [];
  return [...loads, ...products, ...added].join("\n");
}

/** `put(outStart, row, column, value)`: bias, activation, and the way to memory. */
function writer({ wideOut, bias, activation, before, split }: ProductVariant): string {
  const apply = (value: string) => activation ? `${activationName(activation)}(${value})` : value;
  const row = split ? "p.n" : "p.outRow";
  if (wideOut) {
    const each = FOUR.map((i) => apply(`v[${i}]`)).join(", ");
    return `fn put(start: u32, row: u32, column: u32, value: vec4<f32>) {
  if (row >= p.m || column >= p.n) { return; }
  let i = (start + row * ${row} + column) / 4u;
  let v = value${bias ? " + bias[column / 4u]" : ""};
  ${before ? "before[i] = v;" : ""}
  result[i] = ${activation ? `vec4<f32>(${each})` : "v"};
}`;
  }
  return `fn put(start: u32, row: u32, column: u32, value: vec4<f32>) {
  if (row >= p.m) { return; }
  for (var j = 0u; j < 4u && column + j < p.n; j++) {
    let i = start + row * ${row} + column + j;
    let v = value[j]${bias ? " + bias[column + j]" : ""};
    ${before ? "before[i] = v;" : ""}
    result[i] = ${apply("v")};
  }
}`;
}

function store({ tile, sums, split }: ProductVariant, wideOut: boolean): string {
  const lines = blocks(tile).flatMap((r) =>
    FOUR.flatMap((i) =>
      blocks(tile).map((c) =>
        `  put(outStart, row0 + ${32 * r + i}u + ty * 4u, column0 + ${32 * c}u + tx * 4u, ` +
        `r${r}_${i}_${c});`
      )
    )
  );
  if (sums) {
    const [target, start] = split ? ["result", "outStart + p.m * p.n + "] : ["sums", ""];
    const each = blocks(tile).map((r) => {
      const row = `row0 + ${32 * r}u + ty * 4u`;
      return wideOut
        ? `    if (${row} < p.m) { ${target}[(${start}${row}) / 4u] = s${r}; }`
        : FOUR.map((i) =>
          `    if (${row} + ${i}u < p.m) { ${target}[${start}${row} + ${i}u] = s${r}[${i}]; }`
        ).join("\n");
    });
    lines.push(`  if (column0 == 0u && tx == 0u) {\n${each.join("\n")}\n  }`);
  }
  return lines.join("\n");
}
