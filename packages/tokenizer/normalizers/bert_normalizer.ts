import { alignCharacters, type AlignedText } from "./aligned_text.ts";
import { Lowercase, lowercase } from "./letter_normalizers.ts";
import type { Normalizer } from "./normalizer.ts";
import { UnicodeForm } from "./unicode_form.ts";
import { BERT_ACCENTS, BERT_REMOVED } from "./_unicode_tables.ts";

// The blocks that BERT calls Chinese characters; Hangul and kana are written with spaces or not at all here.
const CHINESE =
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{2a6df}\\u{2a700}-\\u{2b81f}\\u{2b920}-\\u{2ceaf}\\u{2f800}-\\u{2fa1f}";
const REMOVED = new RegExp(`[${BERT_REMOVED}]`, "u");
const REMOVED_ALL = new RegExp(`[${BERT_REMOVED}]+`, "gu");
const SPACE = /\p{White_Space}/u;
const SPACES = /\p{White_Space}/gu;
const CHINESE_CHARACTER = new RegExp(`[${CHINESE}]`, "u");
const CHINESE_CHARACTERS = new RegExp(`[${CHINESE}]`, "gu");
const ACCENT = new RegExp(`[${BERT_ACCENTS}]`, "u");
const ACCENTS = new RegExp(`[${BERT_ACCENTS}]+`, "gu");
const PLAIN = /^[ -~]*$/;

/** What {@linkcode BertNormalizer} does. */
export interface BertNormalizerOptions {
  readonly cleanText: boolean;
  readonly handleChineseChars: boolean;
  /** Undefined: as `lowercase` says. */
  readonly stripAccents: boolean | undefined;
  readonly lowercase: boolean;
}

/** BERT's cleaning: control characters go, Chinese characters get spaces around them, accents and case may go. */
export class BertNormalizer implements Normalizer {
  #options: BertNormalizerOptions;
  #stripsAccents: boolean;
  #nfd = new UnicodeForm("NFD");
  #lower = new Lowercase();

  constructor(options: BertNormalizerOptions) {
    this.#options = options;
    this.#stripsAccents = options.stripAccents ?? options.lowercase;
  }

  normalize(text: string): string {
    const { cleanText, handleChineseChars } = this.#options;
    if (!PLAIN.test(text)) {
      if (cleanText) text = text.replace(REMOVED_ALL, "").replace(SPACES, " ");
      if (handleChineseChars) text = text.replace(CHINESE_CHARACTERS, " $& ");
      if (this.#stripsAccents) text = this.#nfd.normalize(text).replace(ACCENTS, "");
    }
    return this.#options.lowercase ? lowercase(text) : text;
  }

  align(source: AlignedText): AlignedText {
    const { cleanText, handleChineseChars } = this.#options;
    if (!PLAIN.test(source.text)) {
      if (cleanText) {
        source = alignCharacters(
          source,
          (character) => REMOVED.test(character) ? "" : SPACE.test(character) ? " " : character,
        );
      }
      if (handleChineseChars && CHINESE_CHARACTER.test(source.text)) {
        source = alignCharacters(
          source,
          (character) => CHINESE_CHARACTER.test(character) ? ` ${character} ` : character,
        );
      }
      if (this.#stripsAccents) {
        source = this.#nfd.align(source);
        if (ACCENT.test(source.text)) {
          source = alignCharacters(source, (character) => ACCENT.test(character) ? "" : character);
        }
      }
    }
    return this.#options.lowercase ? this.#lower.align(source) : source;
  }

  toJSON(): Record<string, unknown> {
    const { cleanText, handleChineseChars, stripAccents, lowercase } = this.#options;
    return {
      type: "BertNormalizer",
      clean_text: cleanText,
      handle_chinese_chars: handleChineseChars,
      strip_accents: stripAccents ?? null,
      lowercase,
    };
  }
}
