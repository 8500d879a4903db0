import { byteOfCharacter } from "../_byte_alphabet.ts";
import type { Decoder } from "./decoder.ts";

const utf8 = new TextEncoder();

/** The text whose bytes the tokens spell; bytes that are not UTF-8 become U+FFFD. */
export class ByteLevelDecoder implements Decoder {
  #json: Record<string, unknown>;

  constructor(json: Record<string, unknown>) {
    this.#json = json;
  }

  decode(tokens: readonly string[]): string[] {
    let bytes = new Uint8Array(64);
    let length = 0;
    const reserve = (count: number) => {
      if (length + count <= bytes.length) return;
      const larger = new Uint8Array(2 * (length + count));
      larger.set(bytes);
      bytes = larger;
    };
    for (const token of tokens) {
      reserve(3 * token.length);
      const start = length;
      for (let i = 0; i < token.length; i++) {
        const byte = byteOfCharacter(token[i]);
        if (byte === undefined) {
          // A token outside the alphabet, such as an added one, stands for itself.
          length = start + utf8.encodeInto(token, bytes.subarray(start)).written;
          break;
        }
        bytes[length++] = byte;
      }
    }
    return [new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, length))];
  }

  toJSON(): Record<string, unknown> {
    return this.#json;
  }
}

/** Runs of `<0xNN>` become the text of these bytes, or one U+FFFD for each when they are not UTF-8. */
export class ByteFallbackDecoder implements Decoder {
  decode(tokens: readonly string[]): string[] {
    const texts: string[] = [];
    let bytes: number[] = [];
    const flush = () => {
      if (bytes.length === 0) return;
      try {
        texts.push(
          new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes)),
        );
      } catch {
        for (const _ of bytes) texts.push("\ufffd");
      }
      bytes = [];
    };
    for (const token of tokens) {
      const match = /^<0x([0-9a-fA-F]{2})>$/.exec(token);
      if (match !== null) bytes.push(parseInt(match[1], 16));
      else {
        flush();
        texts.push(token);
      }
    }
    flush();
    return texts;
  }

  toJSON(): Record<string, unknown> {
    return { type: "ByteFallback" };
  }
}
