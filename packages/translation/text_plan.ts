import { splitLongSentence } from "./long_sentences.ts";
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

/** A text as the sequence of what is kept (strings) and what is translated (units). */
export type TextPlan = readonly (string | Unit)[];

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

/** Divides a text into units that the model takes and what stands between them, in order. */
export function planText(text: string, options: TextPlanOptions): TextPlan {
  const { maxTokens, locale } = options;
  const encode = (piece: string) => encodeSource(piece, options);
  const segments = options.splitSentences
    ? splitSentences(text, locale)
    : [{ text, isSentence: text.trim() !== "" }];
  const plan: (string | Unit)[] = [];
  for (const segment of segments) {
    if (!segment.isSentence) {
      plan.push(segment.text);
      continue;
    }
    const pieces = splitLongSentence(segment.text, {
      maxTokens,
      countTokens: (piece) => encode(piece).ids.length,
    });
    for (const piece of pieces) {
      const body = piece.trim();
      const start = piece.length - piece.trimStart().length;
      plan.push(piece.slice(0, start));
      if (body !== "") plan.push({ text: body, ...encode(body) });
      plan.push(piece.slice(start + body.length));
    }
  }
  return plan.filter((piece) => piece !== "");
}

/** Tokenizes a source for a model that, where it writes several languages, is asked for one by a token. */
export function encodeSource(
  text: string,
  { tokenizer, targetToken }: Pick<TextPlanOptions, "tokenizer" | "targetToken">,
): { ids: number[]; tokens: string[] } {
  return tokenizer.encode(targetToken === undefined ? text : `${targetToken} ${text}`);
}
