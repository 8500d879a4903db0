import { showText, showValue } from "../show_value.ts";
import { type DType, dtypeBytes } from "../dtype.ts";
import { elementCount } from "../safetensors_header.ts";
import {
  describe,
  PickleDict,
  type PickleGlobal,
  PickleList,
  PickleObject,
  type PickleValue,
} from "./pickle_values.ts";

/** A run of bytes in a file of torch, of which tensors are views. */
export class TorchStorage extends PickleObject {
  override readonly kind = "a storage";
  /** What the file calls it. */
  readonly key: string;
  /** Type of its values; undefined where it is only bytes. */
  readonly dtype: DType | undefined;
  /** How many values it has; bytes where it has no type. */
  readonly count: number;

  constructor(key: string, dtype: DType | undefined, count: number) {
    super();
    this.key = key;
    this.dtype = dtype;
    this.count = count;
  }

  /** Its length. */
  get byteLength(): number {
    return this.count * (this.dtype === undefined ? 1 : dtypeBytes(this.dtype));
  }
}

/** A view of a storage. */
export class TorchTensor extends PickleObject {
  override readonly kind = "a tensor";
  readonly storage: TorchStorage;
  readonly dtype: DType;
  /** Its first value, counted in values from the start of the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** How many values of the storage lie between neighbours, by dimension. */
  readonly strides: readonly number[];

  constructor(fields: Pick<TorchTensor, "storage" | "dtype" | "offset" | "shape" | "strides">) {
    super();
    this.storage = fields.storage;
    this.dtype = fields.dtype;
    this.offset = fields.offset;
    this.shape = fields.shape;
    this.strides = fields.strides;
  }

  /** How many values it has. */
  get count(): number {
    return elementCount(this.shape);
  }

  /** How many values of the storage its first and last value span, with all between. */
  get span(): number {
    if (this.count === 0) return 0;
    return this.shape.reduce((sum, size, i) => sum + (size - 1) * this.strides[i]!, 1);
  }
}

/** Torch allows 64 dimensions. */
const MAX_DIMENSIONS = 64;

const STORAGES: Readonly<Record<string, DType>> = {
  BoolStorage: "BOOL",
  ByteStorage: "U8",
  CharStorage: "I8",
  ShortStorage: "I16",
  IntStorage: "I32",
  LongStorage: "I64",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  FloatStorage: "F32",
  DoubleStorage: "F64",
};

const DTYPES: Readonly<Record<string, DType>> = {
  bool: "BOOL",
  uint8: "U8",
  int8: "I8",
  int16: "I16",
  uint16: "U16",
  int32: "I32",
  uint32: "U32",
  int64: "I64",
  uint64: "U64",
  float16: "F16",
  bfloat16: "BF16",
  float32: "F32",
  float64: "F64",
  float8_e5m2: "F8_E5M2",
  float8_e4m3fn: "F8_E4M3",
};

/** A global that says what the values of a storage or tensor are. */
class TypeGlobal extends PickleObject implements PickleGlobal {
  override readonly kind = "a type";
  readonly name: string;
  readonly dtype: DType | undefined;

  constructor(name: string, dtype: DType | undefined) {
    super();
    this.name = name;
    this.dtype = dtype;
  }
}

const STORAGE_TYPES: ReadonlyMap<string, TypeGlobal> = new Map([
  ...Object.entries(STORAGES).map(([name, dtype]) => typeGlobal(`torch.${name}`, dtype)),
  typeGlobal("torch.storage.UntypedStorage", undefined),
]);
const TENSOR_TYPES: ReadonlyMap<string, TypeGlobal> = new Map(
  Object.entries(DTYPES).map(([name, dtype]) => typeGlobal(`torch.${name}`, dtype)),
);

function typeGlobal(name: string, dtype: DType | undefined): [string, TypeGlobal] {
  return [name, new TypeGlobal(name, dtype)];
}

const CALLED: ReadonlyMap<string, PickleGlobal> = new Map(([
  { name: "collections.OrderedDict", call: orderedDict },
  { name: "torch._utils._rebuild_tensor", call: (args) => rebuildTensor(args, 4) },
  { name: "torch._utils._rebuild_tensor_v2", call: (args) => rebuildTensor(args, 6) },
  { name: "torch._utils._rebuild_tensor_v3", call: (args) => rebuildTensor(args, 7) },
  { name: "torch._utils._rebuild_parameter", call: rebuildParameter },
] satisfies PickleGlobal[]).map((known) => [known.name, known]));

/** Everything that a file of torch may ask for by name. */
export function torchGlobal(name: string): PickleGlobal | undefined {
  return CALLED.get(name) ?? STORAGE_TYPES.get(name) ?? TENSOR_TYPES.get(name);
}

/**
 * Reads what a pickle of torch calls a storage.
 *
 * @param id `("storage", type, key, place, count)`, and of files before torch 1.6 a part of another storage.
 * @param storages Those that are known by key, to which it is added.
 * @returns The storage.
 * @throws {SyntaxError} When it is none, or another of the same key.
 */
export function torchStorage(
  id: PickleValue,
  storages: Map<string, TorchStorage>,
): TorchStorage {
  if (!Array.isArray(id) || id[0] !== "storage") {
    throw new SyntaxError(`its pickle asks for ${describe(firstOf(id))}, and holds only storages`);
  }
  const [, type, key, , count, view] = id as readonly PickleValue[];
  if (!(type instanceof TypeGlobal) || STORAGE_TYPES.get(type.name) !== type) {
    throw new SyntaxError(`its pickle has a storage of ${describe(type)}`);
  }
  if (typeof key !== "string") throw new SyntaxError(`its pickle calls a storage ${describe(key)}`);
  if (!isNatural(count)) {
    throw new SyntaxError(`its pickle has a storage of ${describe(count)} values`);
  }
  if (view !== undefined && view !== null) {
    throw new SyntaxError(
      "its pickle has a storage inside another, as before torch 0.4; save it again with a later torch",
    );
  }
  const known = storages.get(key);
  if (known === undefined) {
    const storage = new TorchStorage(key, type.dtype, count);
    storages.set(key, storage);
    return storage;
  }
  if (known.dtype === type.dtype && known.count === count) return known;
  throw new SyntaxError(`its pickle has two different storages ${showValue(key)}`);
}

/** The tensors of a state_dict by name. */
export function stateDict(value: PickleValue): ReadonlyMap<string, TorchTensor> {
  if (!(value instanceof PickleDict)) {
    throw new SyntaxError(`it holds ${describe(value)}, and a dict of tensors is read`);
  }
  const tensors = new Map<string, TorchTensor>();
  for (const [name, tensor] of value.entries) {
    if (typeof name !== "string" || !(tensor instanceof TorchTensor)) {
      throw new SyntaxError(
        `its ${describe(name)} is ${describe(tensor)}, and a dict of tensors is read`,
      );
    }
    tensors.set(name, tensor);
  }
  return tensors;
}

function orderedDict(args: readonly PickleValue[]): PickleDict {
  const dict = new PickleDict();
  if (args.length === 0) return dict;
  // Python 2 gives the items as a list of lists.
  const [items] = args;
  if (args.length > 1 || !(items instanceof PickleList)) {
    throw new SyntaxError("its pickle makes an OrderedDict of what is no list");
  }
  for (const item of items.items) {
    const pair = item instanceof PickleList ? item.items : item;
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string") {
      throw new SyntaxError("its pickle makes an OrderedDict of what are no pairs");
    }
    dict.set(pair[0], pair[1]);
  }
  return dict;
}

/** `(storage, offset, shape, strides[, requires_grad, hooks[, dtype]][, metadata])`; a gradient means nothing here. */
function rebuildTensor(args: readonly PickleValue[], count: 4 | 6 | 7): TorchTensor {
  const [storage, offset, shape, strides] = args;
  if (args.length < count || args.length > count + 1 || !(storage instanceof TorchStorage)) {
    throw new SyntaxError(`its pickle makes a tensor of ${describe(storage)}`);
  }
  const type = args[6];
  const dtype = count === 7 && type instanceof TypeGlobal && TENSOR_TYPES.get(type.name) === type
    ? type.dtype
    : count === 7
    ? undefined
    : storage.dtype;
  const notes = args[count];
  // What torch leaves to be done when a value is used, such as a change of sign.
  if (notes !== undefined && !(notes instanceof PickleDict && notes.entries.size === 0)) {
    throw new SyntaxError("its pickle makes a tensor that is not finished; save a clone of it");
  }
  if (dtype === undefined) throw new SyntaxError("its pickle makes a tensor of no type");
  if (!isNatural(offset) || !areNatural(shape) || !areNatural(strides)) {
    throw new SyntaxError("its pickle makes a tensor whose shape is not of natural numbers");
  }
  if (shape.length !== strides.length) {
    throw new SyntaxError(
      "its pickle makes a tensor with strides of another number than its shape",
    );
  }
  const tensor = new TorchTensor({ storage, dtype, offset, shape, strides });
  const end = (offset + tensor.span) * dtypeBytes(dtype);
  // Written so that a product past 2^53 or infinite is refused too.
  if (!(tensor.count <= Number.MAX_SAFE_INTEGER && end <= storage.byteLength)) {
    throw new SyntaxError(
      `its pickle makes a tensor [${
        showText(shape.join(", "))
      }] that ends at byte ${end} of a storage of ` +
        `${storage.byteLength} bytes`,
    );
  }
  return tensor;
}

function rebuildParameter(args: readonly PickleValue[]): TorchTensor {
  const [tensor] = args;
  if (tensor instanceof TorchTensor && args.length === 3) return tensor;
  throw new SyntaxError(`its pickle makes a parameter of ${describe(tensor)}`);
}

function firstOf(value: PickleValue): PickleValue | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function isNatural(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function areNatural(value: PickleValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isNatural);
}
