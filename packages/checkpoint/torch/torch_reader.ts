import { showText, showValue } from "../show_value.ts";
import { dtypeBytes, valuesOf } from "../dtype.ts";
import { type FileHandle, files, type Path } from "../files.ts";
import { showPath } from "../_location.ts";
import { joinShards, readIndex } from "../_shard_index.ts";
import { rowMajor } from "../_row_major.ts";
import { readerOf, type StoredTensor, type WeightsReader } from "../weights_reader.ts";
import { openTorchLegacy } from "./torch_legacy.ts";
import { openTorchZip } from "./torch_zip.ts";
import type { TorchStorage, TorchTensor } from "./torch_values.ts";

/** What stands in a file of torch. */
export interface TorchFile {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** Where the bytes of each storage begin in the file. */
  readonly starts: ReadonlyMap<TorchStorage, number>;
}

/**
 * Opens weights that PyTorch saved, such as `pytorch_model.bin`: a dict of tensors, in the zip form of torch 1.6 and
 * later or the form before it, in one file or in several with an index.
 *
 * Such a file is a pickle, which in Python may run any code. Here nothing is executed: tensors, storages, dicts, lists,
 * numbers and text are read, and a file that asks for anything else is refused with the name of what it asks for. Weights
 * are read from the file one tensor at a time; views and transposed tensors are put in row-major order.
 *
 * @param path A `.bin`, `.pt` or `.pth` file, or a `.bin.index.json`.
 * @returns The reader, which the caller closes.
 * @throws {SyntaxError} When the file is not what it should be, naming file and fault.
 * @example
 * ```ts
 * import { openTorch } from "@heed/checkpoint/formats";
 * import { assertEquals } from "@std/assert";
 *
 * const file = new URL("../../../testdata/checkpoint/torch/pytorch_model.bin", import.meta.url);
 * await using reader = await openTorch(file);
 * assertEquals(reader.info("transposed").shape, [4, 3]);
 * assertEquals((await reader.readFloat32("transposed")).slice(0, 3), Float32Array.of(0, 4, 8));
 * ```
 */
export async function openTorch(path: Path): Promise<WeightsReader> {
  if (/\.json$/i.test(path instanceof URL ? path.pathname : path)) {
    return await joinShards(path, await readIndex(path), openTorch);
  }
  const handle = await files.open(path);
  try {
    return await readTorch(handle, showPath(path));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Reads what stands in an open file of torch; the reader closes it.
 *
 * @param handle The file.
 * @param file Name for the errors.
 */
export async function readTorch(handle: FileHandle, file: string): Promise<WeightsReader> {
  const { tensors, starts } = await openAnyForm(handle, file);
  const stored = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    const { dtype, shape } = tensor;
    const byteLength = tensor.count * dtypeBytes(dtype);
    // Strides of 0 make a tensor larger than its storage, without limit.
    if (byteLength > handle.size) {
      throw new SyntaxError(
        `Cannot read tensor ${showValue(name)} of ${file}: [${showText(shape.join(", "))}] takes ` +
          `${byteLength} bytes, and the file has ${handle.size}`,
      );
    }
    const start = starts.get(tensor.storage)! + tensor.offset * dtypeBytes(dtype);
    stored.set(name, {
      info: { dtype, shape, byteLength },
      read: async () => {
        const bytes = await handle.read(start, tensor.span * dtypeBytes(dtype));
        return { dtype, shape, data: valuesOf(dtype, rowMajor(tensor, bytes)) };
      },
    });
  }
  return readerOf(stored, { file, metadata: {}, close: () => handle.close() });
}

async function openAnyForm(handle: FileHandle, file: string): Promise<TorchFile> {
  const [first, second] = await handle.read(0, Math.min(2, handle.size));
  if (first === 0x50 && second === 0x4b) return await openTorchZip(handle, file);
  if (first === 0x80) return await openTorchLegacy(handle, file);
  throw new SyntaxError(
    `Cannot read ${file}: it begins like neither form that torch writes, a zip archive or a pickle`,
  );
}
