import { showValue } from "../show_value.ts";
import type { FileHandle } from "../files.ts";
import { PickleEnded, type PickleHooks, readPickle } from "./pickle_machine.ts";
import { describe, PickleDict, PickleList, type PickleValue } from "./pickle_values.ts";
import type { TorchFile } from "./torch_reader.ts";
import { stateDict, torchGlobal, type TorchStorage, torchStorage } from "./torch_values.ts";
import { inFile, MAX_PICKLE_BYTES } from "./torch_zip.ts";

/** What the first pickle holds. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** How much of a file is looked at first; the pickles of most models are shorter. */
const FIRST_BYTES = 1 << 20;

const COUNT_BYTES = 8;

/**
 * Reads the form before torch 1.6: five pickles (magic number, version, system, the values, keys of storages), and then
 * for each key how many values its storage has, and their bytes.
 *
 * @param handle The file.
 * @param file Name for the errors.
 * @returns Its tensors and where they lie.
 * @throws {SyntaxError} When it is damaged, of another byte order, or asks for what is refused.
 */
export async function openTorchLegacy(handle: FileHandle, file: string): Promise<TorchFile> {
  const { tensors, storages, keys, end } = await readPickles(handle, file);
  const starts = new Map<TorchStorage, number>();
  const wrong = (what: string) => new SyntaxError(`Cannot read ${file}: ${what}`);
  let at = end;
  for (const key of keys) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (storage === undefined) throw wrong(`it has a storage ${describe(key)} of no tensor`);
    if (starts.has(storage)) throw wrong(`it has two storages ${describe(key)}`);
    const begin = at + COUNT_BYTES;
    at = begin + storage.byteLength;
    if (at > handle.size) {
      throw wrong(
        `its storage ${describe(key)} would end at byte ${at}, and the file has ${handle.size}: ` +
          "it is truncated",
      );
    }
    const bytes = await handle.read(begin - COUNT_BYTES, COUNT_BYTES);
    const count = new DataView(bytes.buffer).getBigInt64(0, true);
    if (count !== BigInt(storage.count)) {
      throw wrong(
        `its storage ${describe(key)} has ${count} values, and its pickle says ${storage.count}`,
      );
    }
    starts.set(storage, begin);
  }
  for (const [key, storage] of storages) {
    if (!starts.has(storage)) throw wrong(`its storage ${showValue(key)} is missing`);
  }
  return { tensors, starts };
}

interface Pickles {
  readonly tensors: TorchFile["tensors"];
  readonly storages: ReadonlyMap<string, TorchStorage>;
  readonly keys: readonly PickleValue[];
  /** Where they end. */
  readonly end: number;
}

/** Reads the pickles from the beginning of the file, of which nobody says how long they are. */
async function readPickles(handle: FileHandle, file: string): Promise<Pickles> {
  const most = Math.min(handle.size, MAX_PICKLE_BYTES);
  for (let length = Math.min(FIRST_BYTES, most);;) {
    const bytes = await handle.read(0, length);
    try {
      return inFile(file, () => parsePickles(bytes));
    } catch (error) {
      if (!((error as Error).cause instanceof PickleEnded) || length === most) throw error;
    }
    length = Math.min(8 * length, most);
  }
}

function parsePickles(bytes: Uint8Array): Pickles {
  const storages = new Map<string, TorchStorage>();
  const hooks: PickleHooks = {
    global: torchGlobal,
    persistent: (id) => torchStorage(id, storages),
  };
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = readPickle(bytes, hooks, at);
    at = end;
    return value;
  };
  if (next() !== MAGIC) throw new SyntaxError("it is a pickle, and none of torch");
  const protocol = next();
  if (protocol !== PROTOCOL) {
    throw new SyntaxError(`it has torch's protocol ${describe(protocol)}, and ${PROTOCOL} is read`);
  }
  const system = next();
  if (!(system instanceof PickleDict) || system.entries.get("little_endian") !== true) {
    throw new SyntaxError("its byte order is not little");
  }
  const tensors = stateDict(next());
  const keys = next();
  if (!(keys instanceof PickleList)) {
    throw new SyntaxError(`it has ${describe(keys)} as the keys of its storages`);
  }
  return { tensors, storages, keys: keys.items, end: at };
}
