import { checkShards, readIndex } from "./_shard_index.ts";
import { decodeText, showPath } from "./_location.ts";
import { valuesOf } from "./dtype.ts";
import { type FileHandle, files, type Path } from "./files.ts";
import { headerLength, parseHeader, type SafetensorsHeader } from "./safetensors_header.ts";
import { assertScales, pairScales } from "./safetensors_int8.ts";
import {
  readerOf,
  type StoredTensor,
  type TensorData,
  type WeightsReader,
} from "./weights_reader.ts";

/** One safetensors file, or several with an index, open for reading one tensor at a time. */
export type SafetensorsReader = WeightsReader;

interface Part {
  readonly file: Path;
  readonly handle: FileHandle;
  readonly header: SafetensorsHeader;
  readonly dataStart: number;
}

/**
 * Opens a safetensors file, or an index with the files it names, and checks all headers.
 *
 * Only the headers are read here. Their length and every offset are checked against the file's
 * length before anything is allocated.
 *
 * @param path A `.safetensors` file or a `.safetensors.index.json`.
 * @returns The reader, which the caller closes.
 * @throws {SyntaxError} When a file is not what it should be, naming file, tensor and fault.
 * @example
 * ```ts
 * import { openSafetensors } from "@heed/checkpoint";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * await using reader = await openSafetensors(new URL("model.safetensors", assets.base));
 * assertEquals(reader.info("model.shared.weight").shape, [8112, 256]);
 * const embeddings = await reader.readFloat32("model.shared.weight");
 * assertEquals(embeddings.length, 8112 * 256);
 * ```
 */
export async function openSafetensors(path: Path): Promise<SafetensorsReader> {
  if (!/\.json$/i.test(path instanceof URL ? path.pathname : path)) {
    const part = await openPart(path);
    return await closedOnError([part], () => safetensorsOf(path, [part], part.header.metadata));
  }
  const index = await readIndex(path);
  const parts: Part[] = [];
  return await closedOnError(parts, async () => {
    for (const file of new Set(index.shards.values())) parts.push(await openPart(file));
    const named = parts.map(({ file, header }) => ({
      file: String(file),
      names: [...header.tensors.keys()],
    }));
    checkShards(path, index, named);
    return safetensorsOf(path, parts, index.metadata);
  });
}

/** Closes the files where an action fails. */
async function closedOnError<Result>(
  parts: readonly Part[],
  action: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    await Promise.all(parts.map((part) => part.handle.close()));
    throw error;
  }
}

async function openPart(file: Path): Promise<Part> {
  const handle = await files.open(file);
  try {
    const name = showPath(file);
    const length = headerLength(
      await handle.read(0, Math.min(8, handle.size)),
      handle.size,
      name,
    );
    const dataStart = 8 + length;
    const text = decodeText(await handle.read(8, length), file);
    return { file, handle, header: parseHeader(text, handle.size - dataStart, name), dataStart };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function safetensorsOf(
  path: Path,
  parts: readonly Part[],
  metadata: Readonly<Record<string, string>>,
): SafetensorsReader {
  const homes = new Map<string, Part>();
  for (const part of parts) for (const name of part.header.tensors.keys()) homes.set(name, part);
  const file = showPath(path);
  const scaleNames = pairScales(parts.map(({ header }) => header), { metadata, file });
  const hidden = new Set(scaleNames.values());

  async function stored(name: string): Promise<TensorData> {
    const { handle, header, dataStart } = homes.get(name)!;
    const { dtype, shape, begin, byteLength } = header.tensors.get(name)!;
    const bytes = await handle.read(dataStart + begin, byteLength);
    return { dtype, shape, data: valuesOf(dtype, bytes) };
  }
  async function withScales(name: string, scaleName: string): Promise<TensorData> {
    const tensor = await stored(name);
    const scales = (await stored(scaleName)).data as Float32Array<ArrayBuffer>;
    assertScales(scales, scaleName, file);
    return { ...tensor, scales };
  }
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { header }] of homes) {
    if (hidden.has(name)) continue;
    const { dtype, shape, byteLength } = header.tensors.get(name)!;
    const scaleName = scaleNames.get(name);
    const scaleBytes = scaleName === undefined ? 0 : 4 * shape[0]!;
    tensors.set(name, {
      info: { dtype, shape, byteLength: byteLength + scaleBytes },
      read: () => scaleName === undefined ? stored(name) : withScales(name, scaleName),
    });
  }
  return readerOf(tensors, {
    file,
    metadata,
    close: async () => void await Promise.all(parts.map((part) => part.handle.close())),
  });
}
