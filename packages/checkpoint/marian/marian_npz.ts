import { showText, showValue } from "../show_value.ts";
import { dtypeBytes, valuesOf } from "../dtype.ts";
import type { FileHandle } from "../files.ts";
import { decodeText } from "../_location.ts";
import { elementCount } from "../safetensors_header.ts";
import { rowMajor } from "../_row_major.ts";
import type { StoredTensor } from "../weights_reader.ts";
import { readZipDirectory } from "../_zip_directory.ts";
import { openZipEntry } from "../_zip_entry.ts";
import { isNote, type MarianFile, MAX_NOTE_BYTES } from "./marian_file.ts";
import { MAX_NPY_HEADER_BYTES, parseNpyHeader } from "./npy_header.ts";

/**
 * Reads a `model.npz`: a zip archive with a `.npy` file for each tensor.
 *
 * @param handle The file.
 * @param file Name for the errors.
 * @returns Its tensors and notes.
 * @throws {SyntaxError} When it is damaged, or holds anything else.
 */
export async function openMarianNpz(handle: FileHandle, file: string): Promise<MarianFile> {
  const tensors = new Map<string, StoredTensor>();
  const metadata: Record<string, string> = {};
  for (const [path, entry] of await readZipDirectory(handle, file)) {
    const wrong = (what: string) =>
      new SyntaxError(`Cannot read ${file}: ${showValue(path)} in it ${what}`);
    if (!path.endsWith(".npy")) throw wrong("is no .npy file");
    const name = path.slice(0, -".npy".length);
    const opened = await openZipEntry(handle, entry, file);
    const beginning = await opened.read(0, Math.min(opened.size, MAX_NPY_HEADER_BYTES));
    const { dtype, shape, isColumnMajor, dataStart } = parse(beginning, wrong);
    const byteLength = elementCount(shape) * dtypeBytes(dtype);
    // Written so that a product past 2^53 or of infinity is refused too.
    if (!(dataStart + byteLength === opened.size)) {
      throw wrong(
        `has ${opened.size - dataStart} bytes of values, but ${dtype} of shape ` +
          `[${showText(shape.join(", "))}] takes ${byteLength}`,
      );
    }
    if (isNote(name)) {
      if (byteLength > MAX_NOTE_BYTES) throw wrong(`has ${byteLength} bytes`);
      const bytes = await opened.read(dataStart, byteLength);
      metadata[name] = decodeText(bytes, file).replace(/\0+$/, "");
      continue;
    }
    const strides = isColumnMajor
      ? shape.map((_, i) => elementCount(shape.slice(0, i)))
      : shape.map((_, i) => elementCount(shape.slice(i + 1)));
    tensors.set(name, {
      info: { dtype, shape, byteLength },
      read: async () => {
        const bytes = await opened.read(dataStart, byteLength);
        return { dtype, shape, data: valuesOf(dtype, rowMajor({ dtype, shape, strides }, bytes)) };
      },
    });
  }
  return { tensors, metadata };
}

function parse(bytes: Uint8Array, wrong: (what: string) => SyntaxError) {
  try {
    return parseNpyHeader(bytes);
  } catch (error) {
    throw wrong((error as Error).message);
  }
}
