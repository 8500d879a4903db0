/** Changes a list of tokens into texts; their concatenation is the decoded text. */
export interface Decoder {
  /** The texts that the tokens become. */
  decode(tokens: readonly string[]): string[];
  /** The component as tokenizer.json writes it. */
  toJSON(): Record<string, unknown>;
}

/** Decoders one after the other. */
export class DecoderSequence implements Decoder {
  #decoders: readonly Decoder[];

  constructor(decoders: readonly Decoder[]) {
    this.#decoders = decoders;
  }

  decode(tokens: readonly string[]): string[] {
    let texts = tokens as string[];
    for (const decoder of this.#decoders) texts = decoder.decode(texts);
    return texts;
  }

  toJSON(): Record<string, unknown> {
    return { type: "Sequence", decoders: this.#decoders.map((part) => part.toJSON()) };
  }
}
