import { BYTE_CHARACTERS } from "../_byte_alphabet.ts";
import { type EncodingPart, setText } from "../_encoding_part.ts";
import type { PostProcessor } from "./post_processor.ts";

const LEADING = new RegExp(`^[${BYTE_CHARACTERS[0x20]}\\p{White_Space}]+`, "u");
const SPACE = new RegExp(`[${BYTE_CHARACTERS[0x20]}\\p{White_Space}]`, "u");

/** Takes the spaces at their ends out of the offsets of byte-level tokens. */
export class ByteLevelOffsets implements PostProcessor {
  #json: { add_prefix_space: boolean; trim_offsets: boolean; use_regex: boolean };

  constructor(addPrefixSpace: boolean, trimOffsets: boolean, useRegex: boolean) {
    this.#json = {
      add_prefix_space: addPrefixSpace,
      trim_offsets: trimOffsets,
      use_regex: useRegex,
    };
  }

  addedTokens(): number {
    return 0;
  }

  process(parts: EncodingPart[]): EncodingPart[] {
    for (const [i, part] of parts.entries()) {
      if (this.#json.trim_offsets) trimOffsets(part, this.#json.add_prefix_space);
      setText(part, i);
    }
    return parts;
  }

  processIds(ids: number[][]): number[][] {
    return ids;
  }

  toJSON(): Record<string, unknown> {
    return { type: "ByteLevel", ...this.#json };
  }
}

/** Trims in place. With `addPrefixSpace`, one space at the beginning is the added one and takes nothing away. */
export function trimOffsets(part: EncodingPart, addPrefixSpace: boolean): void {
  for (const [i, token] of part.tokens.entries()) {
    let [start, end] = part.offsets[i];
    let leading = LEADING.exec(token)?.[0].length ?? 0;
    let trailing = 0;
    while (trailing < token.length && SPACE.test(token[token.length - trailing - 1])) trailing++;
    if (leading === 0 && trailing === 0) continue;
    if (leading > 0) {
      if ((i === 0 || start === 0) && addPrefixSpace && leading === 1) leading = 0;
      for (; leading > 0; leading--) start += unitsAt(part.text, start);
      start = Math.min(start, end);
    }
    for (; trailing > 0 && end > start; trailing--) end -= unitsBefore(part.text, end);
    part.offsets[i] = [start, end];
  }
  for (const other of part.overflowing) trimOffsets(other, addPrefixSpace);
}

/** Offsets move by characters, whichever characters of the original the spaces were made of. */
function unitsAt(text: string, index: number): number {
  return index < text.length && text.codePointAt(index)! > 0xffff ? 2 : 1;
}

function unitsBefore(text: string, index: number): number {
  return index > 1 && text.codePointAt(index - 2)! > 0xffff ? 2 : 1;
}
