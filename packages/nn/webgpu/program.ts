/** Scalar types of parameters and of elements. */
export type ScalarType = "u32" | "f32";

/** A buffer that a program binds: the type of its elements, and whether it is written. */
export interface BufferUse {
  /** Such as `f32`, `i32` or `vec4<f32>`. */
  readonly type: string;
  /** Writes it, and may read it; default false. */
  readonly write?: boolean;
}

/** A compute shader. */
export interface Program {
  /** Its name in profiles and messages. */
  readonly name: string;
  /** Buffers by the names that the code uses, in the order of their bindings. */
  readonly buffers: Readonly<Record<string, BufferUse>>;
  /** Numbers that change from call to call; `p.NAME` in the code. */
  readonly params: Readonly<Record<string, ScalarType>>;
  /** Invocations of a workgroup. */
  readonly workgroup: number;
  /** Functions and workgroup variables. */
  readonly declarations?: string;
  /**
   * The body of the entry point. It sees `group` (number of the workgroup, in uniform control flow)
   * and `lane` (number of the invocation in it).
   */
  readonly main: string;
}

/** Every element is a float that is only read, or, with `write`, written. */
export function floats(
  { read = [], write = [] }: { read?: readonly string[]; write?: readonly string[] },
): Record<string, BufferUse> {
  return {
    ...Object.fromEntries(read.map((name) => [name, { type: "f32" }])),
    ...Object.fromEntries(write.map((name) => [name, { type: "f32", write: true }])),
  };
}

/** Programs that differ by options, each built when it is first asked for. */
export function variants<Options extends object>(
  build: (options: Options) => Program,
): (options: Options) => Program {
  const built = new Map<string, Program>();
  return (options) => {
    const key = Object.values(options).join();
    let program = built.get(key);
    if (!program) built.set(key, program = build(options));
    return program;
  };
}

/** The text of a program in WGSL. */
export function shaderSource({ buffers, params, workgroup, declarations, main }: Program): string {
  const bindings = Object.entries(buffers).map(([name, { type, write }], i) =>
    `@group(0) @binding(${i}) var<storage, ${
      write ? "read_write" : "read"
    }> ${name}: array<${type}>;`
  );
  const fields = Object.entries(params).map(([name, type]) => `  ${name}: ${type},`);
  return `${bindings.join("\n")}
struct Params {
${fields.join("\n")}
  groups: u32,
}
@group(0) @binding(${bindings.length}) var<uniform> p: Params;
${declarations ?? ""}
@compute @workgroup_size(${workgroup})
fn main(
  @builtin(workgroup_id) place: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  // Workgroups that do not fit into one dimension go on in the second.
  let group = place.x + place.y * grid.x;
  if (group >= p.groups) { return; }
${main}
}
`;
}

/** A NaN as a parameter of type u32: WGSL refuses one that it can see in the code. */
export const NAN_BITS = 0x7fc00000;
