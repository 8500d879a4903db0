import { toByteAlphabet } from "../_byte_alphabet.ts";
import { alignCharacters, type AlignedText } from "./aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";

/** Writes a text in the alphabet that has a character for every byte. */
export class ByteAlphabet implements Normalizer {
  normalize(text: string): string {
    return toByteAlphabet(text);
  }

  align(source: AlignedText): AlignedText {
    return alignCharacters(source, toByteAlphabet);
  }

  toJSON(): Record<string, unknown> {
    return { type: "ByteLevel" };
  }
}
