import { PieceType, type SentencePieceModel } from "./formats/sentencepiece_model.ts";
import { META_SYMBOL, SentencePieceNormalizer } from "./normalizers/sentencepiece_normalizer.ts";

const UNK_SURFACE = " \u2047 ";

/** Joins pieces into text the way SentencePiece's `DecodePieces` does. */
export class SentencePieceDecoder {
  #types = new Map<string, PieceType>();
  #unkSurface: string;
  #strips: "none" | "first" | "all";
  #denormalizer: SentencePieceNormalizer | undefined;

  constructor(model: SentencePieceModel) {
    for (const { piece, type } of model.pieces) this.#types.set(piece, type);
    this.#unkSurface = model.trainerSpec.unkSurface ?? UNK_SURFACE;
    // Leading spaces are dropped where encoding adds or removes them: one for the added space, all if extra
    // spaces are removed.
    const { addDummyPrefix = true, removeExtraWhitespaces = true } = model.normalizerSpec;
    this.#strips = removeExtraWhitespaces ? "all" : addDummyPrefix ? "first" : "none";
    if (model.denormalizerSpec?.precompiledCharsmap?.length) {
      this.#denormalizer = new SentencePieceNormalizer(model.denormalizerSpec);
    }
  }

  /** `visible`: whether control pieces are written instead of left out. */
  decode(pieces: Iterable<string>, visible = false): string {
    let text = "";
    let atStart = true;
    let bytes: number[] = [];
    for (const piece of pieces) {
      const type = this.#types.get(piece);
      if (type === PieceType.BYTE) {
        bytes.push(parseInt(piece.slice(3, 5), 16));
        continue;
      }
      if (bytes.length > 0) {
        text += decodeBytes(bytes);
        bytes = [];
      }
      if (text !== "") atStart = false;
      if (type === PieceType.CONTROL) {
        if (visible) text += piece;
      } else if (type === PieceType.UNKNOWN) text += this.#unkSurface;
      else if (type === undefined) text += piece; // an unknown string stands for itself, meta symbols included
      else {
        let rest = piece;
        if (atStart && this.#strips !== "none" && rest.startsWith(META_SYMBOL)) {
          rest = rest.slice(1);
          if (this.#strips === "first") atStart = false;
        }
        text += rest.replaceAll(META_SYMBOL, " ");
      }
    }
    text += decodeBytes(bytes);
    return this.#denormalizer === undefined ? text : this.#denormalizer.normalize(text);
  }
}

/** UTF-8 to text; unlike TextDecoder, every byte that begins no character becomes a U+FFFD of its own. */
function decodeBytes(bytes: number[]): string {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i];
    const size = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let code = size === 1 ? lead : lead & (0xff >> (size + 1));
    let valid = size > 0 && lead < 0xf8 && i + size <= bytes.length;
    for (let k = 1; valid && k < size; k++) {
      valid = (bytes[i + k] & 0xc0) === 0x80;
      code = (code << 6) | (bytes[i + k] & 0x3f);
    }
    const shortest = [0, 0, 0x80, 0x800, 0x10000][size];
    if (code < shortest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) valid = false;
    text += valid ? String.fromCodePoint(code) : "\ufffd";
    i += valid ? size : 1;
  }
  return text;
}
