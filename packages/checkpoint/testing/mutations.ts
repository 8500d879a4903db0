import { parseMarianShortlist } from "../marian/marian_shortlist.ts";
import { readMarian } from "../marian/marian_reader.ts";
import { readTorch } from "../torch/torch_reader.ts";
import type { WeightsReader } from "../weights_reader.ts";
import { type BytesHandle, handleOf } from "./bytes_handle.ts";
import { joined } from "./zip_bytes.ts";

/** Reads everything that is in a file of some format; throws what its reader throws. */
export type ReadAll = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** Readers of weight formats that take bytes, by name. */
export const READERS: Readonly<Record<"torch" | "marian" | "shortlist", ReadAll>> = {
  torch: (bytes) => readWeights(bytes, readTorch),
  marian: (bytes) => readWeights(bytes, readMarian),
  shortlist: (bytes) => {
    parseMarianShortlist(bytes, { vocabSize: 10, file: "mutated" });
    return Promise.resolve();
  },
};

/** Packed values may be as many; everything else fits into the file. */
const MOST_UNPACKED_BYTES = 1 << 24;

async function readWeights(
  bytes: Uint8Array<ArrayBuffer>,
  open: (handle: BytesHandle, file: string) => Promise<WeightsReader>,
): Promise<void> {
  const handle = handleOf(bytes);
  const reader = await open(handle, "mutated");
  for (const name of reader.names) {
    const { data, scales } = await reader.read(name);
    const { byteLength } = reader.info(name);
    if (data.byteLength + (scales?.byteLength ?? 0) !== byteLength) {
      throw new Error(`${name} has another length than its info says`);
    }
    if (byteLength > Math.max(5 * bytes.length, MOST_UNPACKED_BYTES)) {
      throw new Error(`${name} has ${byteLength} bytes in a file of ${bytes.length}`);
    }
  }
  if (handle.longest > bytes.length) throw new Error(`${handle.longest} bytes were asked for`);
}

/** Numbers that lengths and places are likely to be believed as. */
const EXTREMES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  2n ** 53n,
  2n ** 64n - 1n,
];

/**
 * Changes a file in one to four places: bits, bytes, numbers, pieces that are cut out, doubled or exchanged, and its end.
 *
 * @param bytes The file, which stays as it is.
 * @param random Numbers from 0 to below 1.
 * @returns The changed file.
 */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array<ArrayBuffer> {
  let result = new Uint8Array(bytes);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let left = 1 + below(4); left > 0 && result.length > 0; left--) {
    const at = below(result.length);
    const length = Math.min(1 + below(random() < 0.7 ? 9 : 300), result.length - at);
    switch (below(7)) {
      case 0:
        result[at]! ^= 1 << below(8);
        break;
      case 1:
        result[at] = below(256);
        break;
      case 2: {
        const value = EXTREMES[below(EXTREMES.length)]!;
        const width = [1, 2, 4, 8][below(4)]!;
        for (let i = 0; i < Math.min(width, result.length - at); i++) {
          result[at + i] = Number((value >> BigInt(8 * i)) & 255n);
        }
        break;
      }
      case 3:
        result = joined([result.subarray(0, at), result.subarray(at + length)]);
        break;
      case 4:
        result = joined([result.subarray(0, at + length), result.subarray(at)]);
        break;
      case 5:
        result.copyWithin(at, below(result.length), Math.min(result.length, at + length));
        break;
      case 6:
        if (random() < 0.3) result = result.slice(0, at);
        break;
    }
  }
  return result;
}

/** True for the errors by which a reader refuses a file: they say what cannot be done. */
export function isRefusal(error: unknown): boolean {
  return (error instanceof SyntaxError || error instanceof RangeError) &&
    error.message.startsWith("Cannot ");
}

/** Random numbers that a seed repeats (xorshift32). */
export function seededRandom(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
