import type { AlignedText } from "./aligned_text.ts";

/** Changes a text before it is split into words. */
export interface Normalizer {
  /** The changed text. */
  normalize(text: string): string;
  /** The same change with the way back: where each unit of the changed text comes from. */
  align(text: AlignedText): AlignedText;
  /** The component as tokenizer.json writes it. */
  toJSON(): Record<string, unknown>;
}
