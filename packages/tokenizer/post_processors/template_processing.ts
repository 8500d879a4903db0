import { addedPart, type EncodingPart, setText } from "../_encoding_part.ts";
import type { PostProcessor } from "./post_processor.ts";

/** A text (0 or 1) or a special token in a template. */
export type TemplatePiece =
  | { readonly text: 0 | 1; readonly typeId: number }
  | { readonly special: string; readonly typeId: number };

/** What a special token of a template becomes. */
export interface TemplateToken {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
}

/** Texts and special tokens in the order that a template gives. */
export class TemplateProcessing implements PostProcessor {
  #single: readonly TemplatePiece[];
  #pair: readonly TemplatePiece[];
  #special: ReadonlyMap<string, TemplateToken>;

  constructor(
    single: readonly TemplatePiece[],
    pair: readonly TemplatePiece[],
    special: ReadonlyMap<string, TemplateToken>,
  ) {
    this.#single = single;
    this.#pair = pair;
    this.#special = special;
  }

  addedTokens(isPair: boolean): number {
    let count = 0;
    for (const piece of isPair ? this.#pair : this.#single) {
      if ("special" in piece) count += this.#special.get(piece.special)!.ids.length;
    }
    return count;
  }

  process(parts: EncodingPart[], addSpecialTokens: boolean): EncodingPart[] {
    const processed: EncodingPart[] = [];
    for (const piece of parts.length > 1 ? this.#pair : this.#single) {
      if ("text" in piece) {
        const part = parts[piece.text];
        setText(part, piece.text);
        processed.push({ ...part, typeIds: part.ids.map(() => piece.typeId) });
      } else if (addSpecialTokens) {
        const { ids, tokens } = this.#special.get(piece.special)!;
        processed.push(addedPart(ids, tokens, piece.typeId));
      }
    }
    return processed;
  }

  processIds(ids: number[][], addSpecialTokens: boolean): number[][] {
    const processed: number[][] = [];
    for (const piece of ids.length > 1 ? this.#pair : this.#single) {
      if ("text" in piece) processed.push(ids[piece.text]);
      else if (addSpecialTokens) processed.push(this.#special.get(piece.special)!.ids as number[]);
    }
    return processed;
  }

  toJSON(): Record<string, unknown> {
    const template = (pieces: readonly TemplatePiece[]) =>
      pieces.map((piece) =>
        "text" in piece
          ? { Sequence: { id: piece.text === 0 ? "A" : "B", type_id: piece.typeId } }
          : { SpecialToken: { id: piece.special, type_id: piece.typeId } }
      );
    const special = [...this.#special].map(([id, { ids, tokens }]) => [id, { id, ids, tokens }]);
    return {
      type: "TemplateProcessing",
      single: template(this.#single),
      pair: template(this.#pair),
      special_tokens: Object.fromEntries(special),
    };
  }
}
