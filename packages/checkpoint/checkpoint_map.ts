import { showText } from "./show_value.ts";

/** What differs between the tensors that a model needs and those that a checkpoint has. */
export interface CheckpointDifference {
  /** Needed names that are not there. */
  readonly missing: readonly string[];
  /** Names that are there and not needed. */
  readonly unexpected: readonly string[];
  /** Names whose shapes differ. */
  readonly misshaped: readonly {
    /** Name of the tensor. */
    readonly name: string;
    /** Shape that the model needs. */
    readonly expected: readonly number[];
    /** Shape in the checkpoint. */
    readonly actual: readonly number[];
  }[];
}

/** Options of {@linkcode compareCheckpoint} and {@linkcode assertCheckpoint}. */
export interface CheckpointMapOptions {
  /** Names that may be missing, such as biases that are zero by default. */
  optional?: (name: string) => boolean;
  /** Names that may be there although nothing needs them, such as tied copies. */
  ignored?: (name: string) => boolean;
}

/** Names and shapes: a `Map` of weights, or a plain list. */
export type NamedShapes = Iterable<readonly [string, { readonly shape: readonly number[] }]>;

/**
 * Compares a checkpoint with what a model needs.
 *
 * @param actual Names and shapes of the checkpoint.
 * @param expected Names and shapes that the model needs.
 * @param options Names that need not match.
 * @returns All differences; three empty lists when it fits.
 * @example
 * ```ts
 * import { compareCheckpoint } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const needed = [["weight", { shape: [3, 2] }], ["bias", { shape: [3] }]] as const;
 * assertEquals(compareCheckpoint([["bias", { shape: [4] }]], needed), {
 *   missing: ["weight"],
 *   unexpected: [],
 *   misshaped: [{ name: "bias", expected: [3], actual: [4] }],
 * });
 * ```
 */
export function compareCheckpoint(
  actual: NamedShapes,
  expected: NamedShapes,
  options: CheckpointMapOptions = {},
): CheckpointDifference {
  const { optional = () => false, ignored = () => false } = options;
  const found = new Map(actual);
  const needed = new Map(expected);
  const misshaped: CheckpointDifference["misshaped"][number][] = [];
  const missing: string[] = [];
  for (const [name, { shape }] of needed) {
    const there = found.get(name)?.shape;
    if (there === undefined) {
      if (!optional(name)) missing.push(name);
    } else if (there.length !== shape.length || there.some((size, i) => size !== shape[i])) {
      misshaped.push({ name, expected: shape, actual: there });
    }
  }
  const unexpected = [...found.keys()].filter((name) => !needed.has(name) && !ignored(name));
  return { missing, unexpected, misshaped };
}

/** How many differences of a kind an error names; a wrong configuration may make millions. */
const NAMED = 20;

/**
 * Checks that a checkpoint has exactly the tensors that a model needs, and reports all differences
 * in one error.
 *
 * @param actual Names and shapes of the checkpoint.
 * @param expected Names and shapes that the model needs.
 * @param options Names that need not match.
 * @throws {TypeError} Counting missing, unexpected and mis-shaped tensors and naming the first 20 of each.
 * @example
 * ```ts
 * import { assertCheckpoint } from "@heed/checkpoint";
 *
 * const weights = new Map([["bias", { shape: [3], data: new Float32Array(3) }]]);
 * assertCheckpoint(weights, [["bias", { shape: [3] }]]);
 * ```
 */
export function assertCheckpoint(
  actual: NamedShapes,
  expected: NamedShapes,
  options: CheckpointMapOptions = {},
): void {
  const { missing, unexpected, misshaped } = compareCheckpoint(actual, expected, options);
  const lines = [
    ...missing.slice(0, NAMED).map((name) => `missing: ${showText(name)}`),
    ...unexpected.slice(0, NAMED).map((name) => `unexpected: ${showText(name)}`),
    ...misshaped.slice(0, NAMED).map(({ name, expected, actual }) =>
      `mis-shaped: ${showText(name)} is [${showText(actual.join(", "))}], expected [${
        expected.join(", ")
      }]`
    ),
  ];
  if (lines.length === 0) return;
  const more = missing.length + unexpected.length + misshaped.length - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  throw new TypeError(
    `Cannot load the checkpoint: ${missing.length} tensors are missing, ${unexpected.length} unexpected, ` +
      `${misshaped.length} mis-shaped\n  ${lines.join("\n  ")}`,
  );
}
