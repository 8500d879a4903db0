import { wordsOf } from "./word_choices.ts";

/** A sentence and its attention, as `/v1/translate` gives it; without attention where a person chose another one. */
export interface SentenceAttention {
  readonly source: string;
  readonly translation: string;
  readonly sourceTokens: readonly string[];
  readonly targetTokens: readonly string[];
  /** `[target][source]` */
  readonly attention: readonly (readonly number[])[];
}

/** A word in a text. */
export interface Word {
  readonly start: number;
  readonly end: number;
}

/** A word of a translation, and the words of the source that it comes from. */
export interface LinkedWord extends Word {
  readonly sources: readonly Word[];
  /** Number of its sentence. */
  readonly sentence: number;
  /** Where its sentence begins in the translation. */
  readonly sentenceStart: number;
}

/** A source word belongs to a target word from this share of its most attended word on. */
const share = 0.5;

/**
 * Finds where the words of a translation come from.
 *
 * @param source The whole source.
 * @param translation The whole translation.
 * @param sentences Its sentences, in order.
 * @returns The words of the translation, in order.
 */
export function linkWords(
  { source, translation, sentences }: {
    source: string;
    translation: string;
    sentences: readonly SentenceAttention[];
  },
): LinkedWord[] {
  const links: LinkedWord[] = [];
  let sourceAt = 0;
  let targetAt = 0;
  for (const [number, sentence] of sentences.entries()) {
    const sourceStart = source.indexOf(sentence.source, sourceAt);
    const targetStart = translation.indexOf(sentence.translation, targetAt);
    if (sourceStart < 0 || targetStart < 0) continue;
    sourceAt = sourceStart + sentence.source.length;
    targetAt = targetStart + sentence.translation.length;
    const found = { sentence: number, sentenceStart: targetStart };
    if (sentence.targetTokens.length === 0) {
      for (const { start, end } of wordsOf(sentence.translation)) {
        links.push({ ...found, start: targetStart + start, end: targetStart + end, sources: [] });
      }
    }
    const sources = tokenWords(sentence.sourceTokens, { text: sentence.source, at: sourceStart });
    const targets = tokenWords(sentence.targetTokens, {
      text: sentence.translation,
      at: targetStart,
    });
    for (const target of targets) {
      const weights = sources.map((word) =>
        sum(
          target.tokens.flatMap((row) =>
            word.tokens.map((column) => sentence.attention[row][column])
          ),
        )
      );
      const most = Math.max(0, ...weights);
      const from = sources.filter((_, i) => most > 0 && weights[i] >= share * most);
      const { start, end } = target;
      links.push({ ...found, start, end, sources: from.map(wordOf) });
    }
  }
  return links;
}

interface TokenWord extends Word {
  /** Numbers of its tokens. */
  readonly tokens: readonly number[];
}

function wordOf({ start, end }: Word): Word {
  return { start, end };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Groups the tokens of a sentence to words, and finds these in the text; what is not found is left out. */
function tokenWords(
  tokens: readonly string[],
  { text, at }: { text: string; at: number },
): TokenWord[] {
  const groups: { word: string; tokens: number[] }[] = [];
  tokens.forEach((token, number) => {
    if (token.startsWith("<") && token.endsWith(">") || token.startsWith(">>")) return;
    const piece = token.replaceAll("▁", "");
    const last = groups.at(-1);
    if (token.startsWith("▁") || !last) groups.push({ word: piece, tokens: [number] });
    else {
      last.word += piece;
      last.tokens.push(number);
    }
  });
  const words: TokenWord[] = [];
  let from = 0;
  for (const { word, tokens } of groups) {
    const found = word === "" ? -1 : text.indexOf(word, from);
    if (found < 0) continue;
    from = found + word.length;
    words.push({ start: at + found, end: at + from, tokens });
  }
  return words;
}
