import type { StoredTensor } from "../weights_reader.ts";

/** What stands in a file of Marian. */
export interface MarianFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** `special:model.yml`, its options as YAML. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Marian's options are two kilobytes. */
export const MAX_NOTE_BYTES = 1 << 20;

/** Tells whether a name is that of a text: Marian writes its options as a tensor of characters. */
export function isNote(name: string): boolean {
  return name.startsWith("special:");
}
