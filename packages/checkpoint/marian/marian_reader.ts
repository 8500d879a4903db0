import { type FileHandle, files, type Path } from "../files.ts";
import { showPath } from "../_location.ts";
import { readerOf, type WeightsReader } from "../weights_reader.ts";
import { openMarianBinary } from "./marian_binary.ts";
import { openMarianNpz } from "./marian_npz.ts";

/**
 * Opens weights of Marian: a `model.npz`, or its own binary form in float32 or intgemm8, such as Firefox Translations has.
 *
 * Names are Marian's (`encoder_l1_self_Wq`), and so are the shapes: `[in, out]`, the other way round than in PyTorch. The
 * values are in row-major order of that shape, also those that intgemm keeps transposed; an intgemm8 matrix is `I8` with
 * the same scale for each row, 1 / its multiplier. Marian's options are in `metadata["special:model.yml"]`.
 *
 * @param path An `.npz` or `.bin` file, told apart by its beginning.
 * @returns The reader, which the caller closes.
 * @throws {SyntaxError} When the file is not what it should be, naming file, tensor and fault.
 * @example
 * ```ts
 * import { openMarian } from "@heed/checkpoint/formats";
 * import { assertEquals } from "@std/assert";
 *
 * const file = new URL("../../../testdata/checkpoint/marian/model.intgemm.alphas.bin", import.meta.url);
 * await using reader = await openMarian(file);
 * assertEquals(reader.info("encoder_l1_ffn_W1").shape, [4, 8]);
 * assertEquals(reader.metadata["special:model.yml"].split("\n")[0], "dim-emb: 4");
 * ```
 */
export async function openMarian(path: Path): Promise<WeightsReader> {
  const handle = await files.open(path);
  try {
    return await readMarian(handle, showPath(path));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Reads what stands in an open file of Marian; the reader closes it.
 *
 * @param handle The file.
 * @param file Name for the errors.
 */
export async function readMarian(handle: FileHandle, file: string): Promise<WeightsReader> {
  const [first, second] = await handle.read(0, Math.min(2, handle.size));
  const open = first === 0x50 && second === 0x4b ? openMarianNpz : openMarianBinary;
  const { tensors, metadata } = await open(handle, file);
  return readerOf(tensors, { file, metadata, close: () => handle.close() });
}
