import { showValue } from "../show_value.ts";
import type { FileHandle } from "../files.ts";
import { readZipDirectory, zipDataStart, type ZipEntry } from "../_zip_directory.ts";
import { readPickle } from "./pickle_machine.ts";
import type { TorchFile } from "./torch_reader.ts";
import { stateDict, torchGlobal, type TorchStorage, torchStorage } from "./torch_values.ts";

/** A pickle of torch has no weights in it; 64 MiB would name a million. */
export const MAX_PICKLE_BYTES = 1 << 26;

/**
 * Reads the zip form of torch 1.6 and later: `NAME/data.pkl`, and `NAME/data/KEY` with the bytes of each storage.
 *
 * @param handle The file.
 * @param file Name for the errors.
 * @returns Its tensors and where they lie.
 * @throws {SyntaxError} When it is damaged, compressed, of another byte order, or asks for what is refused.
 */
export async function openTorchZip(handle: FileHandle, file: string): Promise<TorchFile> {
  const wrong = (what: string) => new SyntaxError(`Cannot read ${file}: ${what}`);
  const entries = await readZipDirectory(handle, file);
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    throw wrong(`it is a zip archive with ${pickles.length} files data.pkl, and torch writes one`);
  }
  const root = pickle.slice(0, -"data.pkl".length);
  if (entries.has(`${root}constants.pkl`)) {
    throw wrong("it is a TorchScript program; save its state_dict instead");
  }

  async function place(entry: ZipEntry): Promise<number> {
    if (entry.method !== 0) {
      throw wrong(`${showValue(entry.name)} in it is compressed, which torch never does`);
    }
    return await zipDataStart(handle, entry, file);
  }
  async function read(name: string, most: number): Promise<Uint8Array> {
    const entry = entries.get(name)!;
    if (entry.storedBytes > most) {
      throw wrong(
        `${showValue(name)} in it has ${entry.storedBytes} bytes, more than ${most}`,
      );
    }
    return await handle.read(await place(entry), entry.storedBytes);
  }

  const order = `${root}byteorder`;
  if (entries.has(order)) {
    const text = new TextDecoder().decode(await read(order, 16));
    if (text !== "little") throw wrong(`its byte order is ${showValue(text)}, not little`);
  }
  const bytes = await read(pickle, MAX_PICKLE_BYTES);
  const storages = new Map<string, TorchStorage>();
  const tensors = inFile(
    file,
    () =>
      stateDict(
        readPickle(bytes, {
          global: torchGlobal,
          persistent: (id) => torchStorage(id, storages),
        }).value,
      ),
  );
  const starts = new Map<TorchStorage, number>();
  for (const storage of storages.values()) {
    const name = `${root}data/${storage.key}`;
    const entry = entries.get(name);
    if (entry === undefined) throw wrong(`${showValue(name)} in it is missing`);
    if (entry.bytes !== storage.byteLength) {
      throw wrong(
        `${showValue(name)} in it has ${entry.bytes} bytes, and its pickle says ` +
          `${storage.byteLength}`,
      );
    }
    starts.set(storage, await place(entry));
  }
  return { tensors, starts };
}

/** Says in an error of a pickle which file it is in. */
export function inFile<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new SyntaxError(`Cannot read ${file}: ${cause.message}`, { cause });
  }
}
