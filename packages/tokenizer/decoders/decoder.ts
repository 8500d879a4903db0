import { assertLength } from "../_length_limit.ts";

/** Changes a list of tokens into texts; their concatenation is the decoded text. */
export interface Decoder {
  /** The texts that the tokens become. */
  decode(tokens: readonly string[]): string[];
  /** The component as tokenizer.json writes it. */
  toJSON(): Record<string, unknown>;
}

/**
 * Decoders one after the other.
 *
 * They throw a RangeError when they make a text a hundred times as long, and a million characters more.
 */
export class DecoderSequence implements Decoder {
  #decoders: readonly Decoder[];

  constructor(decoders: readonly Decoder[]) {
    this.#decoders = decoders;
  }

  decode(tokens: readonly string[]): string[] {
    let texts = tokens as string[];
    const length = lengthOf(tokens);
    for (const decoder of this.#decoders) {
      texts = decoder.decode(texts);
      assertLength(lengthOf(texts), length, "decode");
    }
    return texts;
  }

  toJSON(): Record<string, unknown> {
    return { type: "Sequence", decoders: this.#decoders.map((part) => part.toJSON()) };
  }
}

function lengthOf(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) length += text.length;
  return length;
}
