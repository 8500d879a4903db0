import type { FullEncoding } from "./encoding.ts";

/** An encoding that holds its ids and computes the other fields when one of them is first asked for. */
export class LazyEncoding implements FullEncoding {
  ids: number[];
  #compute: () => FullEncoding;
  #rest: FullEncoding | undefined;

  constructor(ids: number[], compute: () => FullEncoding) {
    this.ids = ids;
    this.#compute = compute;
  }

  get tokens(): string[] {
    return this.#fields.tokens;
  }

  get offsets(): [number, number][] {
    return this.#fields.offsets;
  }

  get wordIds(): (number | undefined)[] {
    return this.#fields.wordIds;
  }

  get typeIds(): number[] {
    return this.#fields.typeIds;
  }

  get attentionMask(): number[] {
    return this.#fields.attentionMask;
  }

  get specialTokensMask(): number[] {
    return this.#fields.specialTokensMask;
  }

  get sequenceIds(): (number | undefined)[] {
    return this.#fields.sequenceIds;
  }

  get overflowing(): FullEncoding[] {
    return this.#fields.overflowing;
  }

  /** All fields, so that the encoding can be written as JSON. */
  toJSON(): FullEncoding {
    return { ...this.#fields, ids: this.ids };
  }

  get #fields(): FullEncoding {
    return this.#rest ??= this.#compute();
  }
}
