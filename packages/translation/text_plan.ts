import { longSentencePieces } from "./long_sentences.ts";
import type { TranslationTokenizer } from "./model.ts";
import { splitSentences } from "./sentences.ts";

/** A piece of text that goes through the model as it is. */
export interface Unit {
  /** The piece, without white space around it. */
  readonly text: string;
  /** Source ids, the end token last. */
  readonly ids: number[];
  /** Source tokens, the end token last. */
  readonly tokens: string[];
}

/** How {@linkcode planText} divides a text. */
export interface TextPlanOptions {
  readonly tokenizer: TranslationTokenizer;
  /** Most tokens of a unit, the end token counted. */
  readonly maxTokens: number;
  /** Language of the text. */
  readonly locale: string;
  /** What the model's sources begin with, `>>fr<<`. */
  readonly targetToken?: string;
  /** False: the text is one sentence, as it stands. */
  readonly splitSentences: boolean;
}

/**
 * Divides a text into units that the model takes and what is kept between them (strings), in order. Done
 * as the pieces are taken, so that of a long text not all are in memory.
 */
export function* planText(text: string, options: TextPlanOptions): Generator<string | Unit> {
  const { maxTokens, locale } = options;
  const encode = (piece: string) => encodeSource(piece, options);
  const segments = options.splitSentences
    ? splitSentences(text, locale)
    : [{ text, isSentence: text.trim() !== "" }];
  for (const segment of segments) {
    if (!segment.isSentence) {
      yield segment.text;
      continue;
    }
    const pieces = longSentencePieces(segment.text, {
      maxTokens,
      countTokens: (piece) => encode(piece).ids.length,
    });
    for (const piece of pieces) {
      const body = piece.trim();
      const start = piece.length - piece.trimStart().length;
      yield piece.slice(0, start);
      if (body !== "") yield { text: body, ...encode(body) };
      yield piece.slice(start + body.length);
    }
  }
}

/** Tokenizes a source for a model that, where it writes several languages, is asked for one by a token. */
export function encodeSource(
  text: string,
  { tokenizer, targetToken }: Pick<TextPlanOptions, "tokenizer" | "targetToken">,
): { ids: number[]; tokens: string[] } {
  return tokenizer.encode(targetToken === undefined ? text : `${targetToken} ${text}`);
}
