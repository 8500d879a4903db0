import { addedPart, type EncodingPart, joinParts } from "../_encoding_part.ts";
import { trimOffsets } from "./byte_level_offsets.ts";
import type { PostProcessor } from "./post_processor.ts";

/** A token and its id. */
export type NamedToken = readonly [token: string, id: number];

function frame(
  part: EncodingPart,
  text: number,
  { before, after, typeIds }: {
    before: NamedToken | undefined;
    after: NamedToken;
    typeIds: "own" | "zero";
  },
): EncodingPart {
  const overflowing = part.overflowing.map((other) =>
    frame({ ...other, overflowing: [] }, text, { before, after, typeIds })
  );
  const typeId = typeIds === "own" ? text : 0;
  let framed: EncodingPart = { ...part, overflowing: [], ranges: new Map() };
  if (typeIds === "zero") framed.typeIds = framed.ids.map(() => 0);
  const start = before === undefined ? 0 : 1;
  if (before !== undefined) framed = joinParts(addedPart([before[1]], [before[0]], typeId), framed);
  framed = joinParts(framed, addedPart([after[1]], [after[0]], typeId));
  framed.specialTokensMask = framed.ids.map((_, i) =>
    i < start || i === framed.ids.length - 1 ? 1 : 0
  );
  framed.ranges.set(text, [start, framed.ids.length - 1]);
  return { ...framed, overflowing };
}

/** `[CLS] A [SEP] B [SEP]`. */
export class BertProcessing implements PostProcessor {
  #sep: NamedToken;
  #cls: NamedToken;

  constructor(sep: NamedToken, cls: NamedToken) {
    this.#sep = sep;
    this.#cls = cls;
  }

  addedTokens(isPair: boolean): number {
    return isPair ? 3 : 2;
  }

  process(parts: EncodingPart[], addSpecialTokens: boolean): EncodingPart[] {
    if (!addSpecialTokens) return parts;
    return parts.map((part, i) =>
      frame(part, i, { before: i === 0 ? this.#cls : undefined, after: this.#sep, typeIds: "own" })
    );
  }

  processIds(ids: number[][], addSpecialTokens: boolean): number[][] {
    if (!addSpecialTokens) return ids;
    return ids.flatMap((part, i) =>
      i === 0 ? [[this.#cls[1]], part, [this.#sep[1]]] : [part, [this.#sep[1]]]
    );
  }

  toJSON(): Record<string, unknown> {
    return { type: "BertProcessing", sep: this.#sep, cls: this.#cls };
  }
}

/** `<s> A </s></s> B </s>`, with offsets trimmed as byte-level tokens need. */
export class RobertaProcessing implements PostProcessor {
  #sep: NamedToken;
  #cls: NamedToken;
  #trimOffsets: boolean;
  #addPrefixSpace: boolean;

  constructor(
    sep: NamedToken,
    cls: NamedToken,
    options: { trimOffsets: boolean; addPrefixSpace: boolean },
  ) {
    this.#sep = sep;
    this.#cls = cls;
    this.#trimOffsets = options.trimOffsets;
    this.#addPrefixSpace = options.addPrefixSpace;
  }

  addedTokens(isPair: boolean): number {
    return isPair ? 4 : 2;
  }

  process(parts: EncodingPart[], addSpecialTokens: boolean): EncodingPart[] {
    if (this.#trimOffsets) { for (const part of parts) trimOffsets(part, this.#addPrefixSpace); }
    // RoBERTa knows no types.
    for (const part of parts) part.typeIds.fill(0);
    if (!addSpecialTokens) return parts;
    return parts.map((part, i) =>
      frame(part, i, { before: i === 0 ? this.#cls : this.#sep, after: this.#sep, typeIds: "zero" })
    );
  }

  processIds(ids: number[][], addSpecialTokens: boolean): number[][] {
    if (!addSpecialTokens) return ids;
    return ids.flatMap((
      part,
      i,
    ) => [[i === 0 ? this.#cls[1] : this.#sep[1]], part, [this.#sep[1]]]);
  }

  toJSON(): Record<string, unknown> {
    return {
      type: "RobertaProcessing",
      sep: this.#sep,
      cls: this.#cls,
      trim_offsets: this.#trimOffsets,
      add_prefix_space: this.#addPrefixSpace,
    };
  }
}
