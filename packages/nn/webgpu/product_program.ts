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
const float = (wide: boolean) => wide ? "vec4<f32>" : "f32";

/**
 * A tile of the result in a workgroup of 8 x 8 lanes. Each lane holds a block of 4 x 4 elements or, in
 * a tile of 64, four of them, 32 apart, in registers. Both factors pass through workgroup memory in
 * slices of the depth: each lane fetches a block of 4 x 4 of either, so that it always reads along the
 * rows of a tensor, turns it if need be, and stores whole vectors (a store to a part of a vector may
 * tear those of its neighbours). All is unrolled here, since an array that is indexed by a variable
 * might not live in registers.
 */
export const productProgram: (variant: ProductVariant) => Program = variants((
  variant: ProductVariant,
): Program => {
  const { tile, aTransposed, bTransposed, aWide, bWide, wideOut } = variant;
  const slice = tile === 64 ? 16 : 32;
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
  for (var k0 = kBegin; k0 < kEnd; k0 += ${slice}u) {
${fetch("a", { tile, slice, alongDepth: !aTransposed, origin: "row0", size: "p.m" })}
${fetch("b", { tile, slice, alongDepth: bTransposed, origin: "column0", size: "p.n" })}
    workgroupBarrier();
    for (var k = 0u; k < ${slice}u; k++) {
${multiplyAdd(tile, variant.sums)}
    }
    workgroupBarrier();
  }
${store(variant, wideOut)}`,
  };
});

function buffersOf(
  { aWide, bWide, wideOut, bias, before, sums, split }: ProductVariant,
): Record<string, BufferUse> {
  return {
    a: { type: float(aWide) },
    b: { type: float(bWide) },
    ...(bias && { bias: { type: float(wideOut) } }),
    result: { type: float(wideOut), write: true },
    ...(before && { before: { type: float(wideOut), write: true } }),
    ...(sums && !split && { sums: { type: float(wideOut), write: true } }),
  };
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

/** Reads a block of 4 x 4 and stores it so that the tile's rows run along the depth. */
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
): string {
  const across = tile / 4, deep = slice / 4;
  const at = `${name}Tile[(${name}K * 4u + `, end = `u) * ${across}u + ${name}M]`;
  if (alongDepth) {
    const parts = ["x", "y", "z", "w"];
    return `
    let ${name}K = lane % ${deep}u;
    let ${name}M = lane / ${deep}u;
${
      FOUR.map((j) =>
        `    let ${name}${j} = read_${name}(${name}Start, ${origin} + ${name}M * 4u + ${j}u, ` +
        `k0 + ${name}K * 4u, ${size}, kEnd);`
      ).join("\n")
    }
${
      parts.map((part, i) =>
        `    ${at}${i}${end} = vec4<f32>(${FOUR.map((j) => `${name}${j}.${part}`).join(", ")});`
      ).join("\n")
    }`;
  }
  return `
    let ${name}M = lane % ${across}u;
    let ${name}K = lane / ${across}u;
${
    FOUR.map((j) =>
      `    ${at}${j}${end} = read_${name}(${name}Start, k0 + ${name}K * 4u + ${j}u, ` +
      `${origin} + ${name}M * 4u, kEnd, ${size});`
    ).join("\n")
  }`;
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

function multiplyAdd(tile: number, sums: boolean): string {
  const across = tile / 4;
  const loads = blocks(tile).flatMap((i) => [
    `      let av${i} = aTile[k * ${across}u + ${8 * i}u + ty];`,
    `      let bv${i} = bTile[k * ${across}u + ${8 * i}u + tx];`,
  ]);
  const products = blocks(tile).flatMap((r) =>
    FOUR.flatMap((i) => blocks(tile).map((c) => `      r${r}_${i}_${c} += av${r}[${i}] * bv${c};`))
  );
  const added = sums
    ? [`      if (column0 == 0u) { ${blocks(tile).map((r) => `s${r} += av${r};`).join(" ")} }`]
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
