import { mutateArchive } from "./mutate_archive.ts";
import { mutateBytes } from "./mutate_bytes.ts";
import { mutateJson } from "./mutate_json.ts";
import { mutateLines } from "./mutate_lines.ts";
import { mutateMarkup } from "./mutate_markup.ts";
import { Random } from "./random.ts";

/** What a file is made of, beside bytes: how it is changed by its structure. */
export type Structure = "bytes" | "json" | "lines" | "safetensors" | "markup" | "archive";

/**
 * Makes one mutation of valid files.
 *
 * @param inputs The files.
 * @param options `structure` of the files; `seed`, which decides on everything.
 * @returns The mutation, and which file it was.
 */
export function mutate(
  inputs: readonly Uint8Array[],
  { structure, seed }: { structure: Structure; seed: string },
): { bytes: Uint8Array; input: number } {
  const random = new Random(seed);
  const input = random.below(inputs.length);
  let bytes = inputs[input];
  if (random.below(20) === 0) bytes = spliced(bytes, random.of(inputs), random);
  // Mostly one change: the more there are, the sooner a reader gives up.
  const changes = random.of([1, 1, 1, 2, 3]);
  for (let change = 0; change < changes; change++) {
    // What follows the structure gets further than what does not.
    bytes = structure === "bytes" || random.below(4) === 0
      ? mutateBytes(bytes, random)
      : STRUCTURED[structure](bytes, random);
  }
  return { bytes, input };
}

/** The beginning of one file and the end of another. */
function spliced(first: Uint8Array, second: Uint8Array, random: Random): Uint8Array {
  const head = first.subarray(0, random.below(first.length + 1));
  const tail = second.subarray(random.below(second.length + 1));
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}

const STRUCTURED = {
  json: asText(mutateJson),
  lines: asText(mutateLines),
  markup: asText(mutateMarkup),
  safetensors: mutateHeader,
  archive: mutateArchive,
};

function asText(change: (text: string, random: Random) => string) {
  return (bytes: Uint8Array, random: Random): Uint8Array =>
    new TextEncoder().encode(change(new TextDecoder().decode(bytes), random));
}

/** Changes the JSON of a safetensors header, whose length is then right again. */
function mutateHeader(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length < 8) return mutateBytes(bytes, random);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const end = 8 + Math.min(Number(view.getBigUint64(0, true)), bytes.length - 8);
  const header = asText(mutateJson)(bytes.subarray(8, end), random);
  const changed = new Uint8Array(8 + header.length + bytes.length - end);
  new DataView(changed.buffer).setBigUint64(0, BigInt(header.length), true);
  changed.set(header, 8);
  changed.set(bytes.subarray(end), 8 + header.length);
  return changed;
}
