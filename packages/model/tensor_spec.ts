/** How the values of a fresh tensor are drawn. */
export type Initializer =
  /** Constants: as many equal runs of elements as there are values; `[0]` is all zeros. */
  | { readonly kind: "constant"; readonly values: readonly number[] }
  /** Normal around zero. */
  | { readonly kind: "normal"; readonly std: number }
  /** Uniform between `-limit` and `limit`. */
  | { readonly kind: "uniform"; readonly limit: number }
  /** Glorot & Bengio 2010: uniform, limit `sqrt(6 / (rows + columns))`. */
  | { readonly kind: "xavier-uniform" };

/** Every element zero, as biases begin. */
export const ZEROS: Initializer = { kind: "constant", values: [0] };
/** Every element one, as the weights of normalisations begin. */
export const ONES: Initializer = { kind: "constant", values: [1] };

/** One tensor that a model needs, as its checkpoint holds it. */
export interface TensorSpec {
  /** Name in the checkpoint; two that have the same name are one tensor (tied). */
  readonly name: string;
  /** Shape in the checkpoint. */
  readonly shape: readonly number[];
  /** How a fresh one begins. */
  readonly init: Initializer;
  /** A matrix that is stored `[inputs, outputs]`, where models have `[outputs, inputs]`. */
  readonly transposed?: boolean;
  /** The model takes one of `count` equal parts of the outputs: of tensors that were fused. */
  readonly slice?: { readonly index: number; readonly count: number };
  /** Rows of zeros that the model has below those of the checkpoint; default none. */
  readonly zeroRows?: number;
  /**
   * Tensors of one number, any of which says what the inputs of this matrix are multiplied by before they are rounded
   * to bytes; where the checkpoint has none, the inputs are measured as they come.
   */
  readonly inputMultipliers?: readonly string[];
}

/** A tree of specs with something else in their places: what {@linkcode mapTensors} gives. */
export type TensorTree<Tree, Leaf> = Tree extends TensorSpec ? Leaf
  : Tree extends string | number | boolean | undefined | null ? Tree
  : { readonly [Key in keyof Tree]: TensorTree<Tree[Key], Leaf> };

function isTensorSpec(value: unknown): value is TensorSpec {
  return typeof value === "object" && value !== null && "init" in value && "name" in value;
}

/**
 * Goes through a tree of tensors, and puts something in the place of each.
 *
 * @param tree Specs in objects and lists; other values stay as they are.
 * @param leaf Gives what stands for a tensor; asked in the order of the tree, tied ones more than once.
 * @returns A tree of the same shape.
 *
 * @example
 * ```ts
 * import { mapTensors, ZEROS } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const tree = { bias: { name: "linear.bias", shape: [2], init: ZEROS }, scale: 3 };
 * assertEquals(mapTensors(tree, ({ name }) => name), { bias: "linear.bias", scale: 3 });
 * ```
 */
export function mapTensors<Tree, Leaf>(
  tree: Tree,
  leaf: (spec: TensorSpec) => Leaf,
): TensorTree<Tree, Leaf> {
  const walk = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (isTensorSpec(value)) return leaf(value);
    if (Array.isArray(value)) return value.map(walk);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(tree) as TensorTree<Tree, Leaf>;
}

/**
 * Lists the tensors of a tree.
 *
 * @param tree Specs in objects and lists.
 * @returns Each tensor of the checkpoint once, by its name, in the order of the tree.
 *
 * @example
 * ```ts
 * import { tensorsOf, ZEROS } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const table = { name: "table", shape: [8, 4], init: ZEROS };
 * assertEquals([...tensorsOf({ input: table, output: table }).keys()], ["table"]);
 * ```
 */
export function tensorsOf(tree: unknown): Map<string, TensorSpec> {
  const tensors = new Map<string, TensorSpec>();
  mapTensors(tree, (spec) => tensors.has(spec.name) || tensors.set(spec.name, spec));
  return tensors;
}
