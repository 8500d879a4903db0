import { splitSentences } from "@heed/translation";
import type { Message } from "./accelerators.ts";

/** Options of {@linkcode sentencePairs}. */
export interface SentencePairOptions {
  /** BCP 47 tag of the translation's language. */
  readonly locale: string;
}

/** A text that cannot be split into as many parts as its translation is taken whole up to here. */
const MAX_WHOLE_LENGTH = 500;
/** Where a second sentence may begin; without one the costly search is not needed. */
const mayHaveSeveral = /[.!?…:]["'”’»)\]]*\s|[。！？]./u;
const emptyLine = /\n[^\S\n]*\n\s*/;
/** A line that does not go on with the one before: a list entry, or one that is indented. */
const newItem = /\n(?=[^\S\n]*(?:[-*+•‣–—]|\d{1,2}[.)])\s)/;

/**
 * Cuts a text and its translation into pairs of sentences.
 *
 * Both are cut at empty lines, then at list entries, then at ends of sentences; a cut is made only
 * where both sides give the same number of parts. A part of several sentences that cannot be cut is
 * one pair if it is short, and left out if it is long.
 *
 * @param message Both texts, without markup.
 * @param options Language of the translation.
 * @returns The pairs, each side on one line.
 */
export function sentencePairs(message: Message, { locale }: SentencePairOptions): Message[] {
  return cut(message, (text) => text.trim().split(emptyLine))
    .flatMap((part) => cut(part, (text) => text.split(newItem)))
    .map(({ english, translation }) => ({
      english: oneLine(english),
      translation: oneLine(translation),
    }))
    .flatMap((part) => cutSentences(part, locale))
    .filter(({ english, translation }) => english !== "" && translation !== "");
}

/** A line break inside a text that has no spaces between words. */
const breakInChinese =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、。，！？「」『』（）])[^\S\n]*\n\s*(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、。，！？「」『』（）])/gu;

/**
 * Puts a text on one line of a table.
 *
 * @param text Any text.
 * @returns The text in Unicode's composed form, with single spaces and without invisible characters.
 * A line break between Chinese or Japanese characters is no space.
 */
export function oneLine(text: string): string {
  return text.normalize("NFC")
    .replace(/[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]/g, "")
    .replace(breakInChinese, "")
    // deno-lint-ignore no-control-regex
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, " ")
    .trim();
}

function cut(message: Message, split: (text: string) => string[]): Message[] {
  const english = split(message.english);
  const translation = split(message.translation);
  if (english.length !== translation.length) return [message];
  return english.map((text, index) => ({ english: text, translation: translation[index] }));
}

function cutSentences(message: Message, locale: string): Message[] {
  const english = sentencesOf(message.english, "en");
  const translation = sentencesOf(message.translation, locale);
  if (english.length !== translation.length) {
    const length = Math.max(message.english.length, message.translation.length);
    return length <= MAX_WHOLE_LENGTH ? [message] : [];
  }
  return english.map((text, index) => ({ english: text, translation: translation[index] }));
}

function sentencesOf(text: string, locale: string): string[] {
  if (!mayHaveSeveral.test(text)) return [text];
  const sentences = splitSentences(text, locale).filter(({ isSentence }) => isSentence);
  return sentences.length < 2 ? [text] : sentences.map(({ text }) => text);
}
