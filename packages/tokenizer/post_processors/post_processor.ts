import type { EncodingPart } from "../_encoding_part.ts";

/** Adds the tokens that a model expects around its texts. */
export interface PostProcessor {
  /** Number of tokens that are added to one text, or to a pair. */
  addedTokens(isPair: boolean): number;
  /** The parts of the result in order, from one part for each text. */
  process(parts: EncodingPart[], addSpecialTokens: boolean): EncodingPart[];
  /** The same for ids alone. */
  processIds(ids: number[][], addSpecialTokens: boolean): number[][];
  /** The component as tokenizer.json writes it. */
  toJSON(): Record<string, unknown>;
}

/** Post-processors one after the other. */
export class PostProcessorSequence implements PostProcessor {
  #processors: readonly PostProcessor[];

  constructor(processors: readonly PostProcessor[]) {
    this.#processors = processors;
  }

  addedTokens(isPair: boolean): number {
    return this.#processors.reduce((sum, part) => sum + part.addedTokens(isPair), 0);
  }

  process(parts: EncodingPart[], addSpecialTokens: boolean): EncodingPart[] {
    for (const processor of this.#processors) parts = processor.process(parts, addSpecialTokens);
    return parts;
  }

  processIds(ids: number[][], addSpecialTokens: boolean): number[][] {
    for (const processor of this.#processors) ids = processor.processIds(ids, addSpecialTokens);
    return ids;
  }

  toJSON(): Record<string, unknown> {
    return { type: "Sequence", processors: this.#processors.map((part) => part.toJSON()) };
  }
}
