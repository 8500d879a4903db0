// What byte-pair encoding starts from: the characters as tokens, and the words as sequences of them.

import type { WordTally } from "./_word_tally.ts";

const CODE_POINTS = 0x110000;

/** Which characters become tokens, and how they are written inside words. */
export interface AlphabetRules {
  readonly initialAlphabet: readonly string[];
  readonly limitAlphabet: number;
  readonly continuingSubwordPrefix: string;
  readonly endOfWordSuffix: string;
}

/** Tokens in the order of their ids. */
export class TokenList {
  readonly tokens: string[] = [];
  readonly ids: Map<string, number> = new Map();

  get size(): number {
    return this.tokens.length;
  }

  /** The id of a token, which is added if it is new. */
  add(token: string): number {
    let id = this.ids.get(token);
    if (id === undefined) {
      id = this.tokens.length;
      this.tokens.push(token);
      this.ids.set(token, id);
    }
    return id;
  }
}

/** All words one after the other: word w is `symbols[starts[w]]` to `symbols[starts[w] + lengths[w] - 1]`. */
export interface SymbolText {
  readonly symbols: Int32Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

/** Adds the characters of the words to the vocabulary, in the order of their code points. */
export function addAlphabet(tally: WordTally, rules: AlphabetRules, vocabulary: TokenList): void {
  const counts = new Float64Array(CODE_POINTS);
  for (const [w, word] of tally.words.entries()) {
    for (let i = 0; i < word.length; i++) {
      const codePoint = word.codePointAt(i)!;
      if (codePoint > 0xffff) i++;
      counts[codePoint] += tally.counts[w];
    }
  }
  for (const character of rules.initialAlphabet) counts[character.codePointAt(0)!] = Infinity;
  const found: number[] = [];
  for (let codePoint = 0; codePoint < CODE_POINTS; codePoint++) {
    if (counts[codePoint] > 0) found.push(codePoint);
  }
  const kept = found.length <= rules.limitAlphabet ? found : found
    // The sort is stable: of equally frequent characters, the ones with the lower code points stay.
    .sort((a, b) => counts[a] === counts[b] ? 0 : counts[b] - counts[a])
    .slice(0, rules.limitAlphabet)
    .sort((a, b) => a - b);
  for (const codePoint of kept) vocabulary.add(String.fromCodePoint(codePoint));
}

/** The words as tokens; characters outside the vocabulary are left out. Adds the marked forms of characters. */
export function symbolText(
  { words }: WordTally,
  rules: AlphabetRules,
  vocabulary: TokenList,
): SymbolText {
  let size = 0;
  for (const word of words) size += word.length;
  const symbols = new Int32Array(size);
  const starts = new Int32Array(words.length);
  const lengths = new Int32Array(words.length);
  const forms = new CharacterForms(rules, vocabulary);
  let at = 0;
  for (const [w, word] of words.entries()) {
    starts[w] = at;
    for (let i = 0; i < word.length;) {
      const codePoint = word.codePointAt(i)!;
      const next = i + (codePoint > 0xffff ? 2 : 1);
      const form = forms.indexOf(codePoint, i === 0, next === word.length);
      if (form !== ABSENT) symbols[at++] = form;
      i = next;
    }
    lengths[w] = at - starts[w];
  }
  const ids = forms.addAll();
  for (let i = 0; i < at; i++) symbols[i] = ids[symbols[i]];
  return { symbols: symbols.subarray(0, at), starts, lengths };
}

const ABSENT = -1;
const CONTINUES = 1;
const ENDS = 2;

/**
 * Characters as they are written in words: with a prefix unless they begin one, with a suffix if they end one. Hugging
 * Face gives the forms ids as they come out of a hash map, in another order on each run; here they are in the order of
 * their code points.
 */
class CharacterForms {
  #rules: AlphabetRules;
  #vocabulary: TokenList;
  #characters = new Map<number, Int32Array>();
  #keys: { codePoint: number; kind: number }[] = [];

  constructor(rules: AlphabetRules, vocabulary: TokenList) {
    this.#rules = rules;
    this.#vocabulary = vocabulary;
  }

  /** A number for a form, or ABSENT if the character is not in the vocabulary. */
  indexOf(codePoint: number, isFirst: boolean, isLast: boolean): number {
    let indices = this.#characters.get(codePoint);
    if (indices === undefined) {
      const isKnown = this.#vocabulary.ids.has(String.fromCodePoint(codePoint));
      indices = new Int32Array(isKnown ? 4 : 0).fill(ABSENT);
      this.#characters.set(codePoint, indices);
    }
    if (indices.length === 0) return ABSENT;
    const kind = (isFirst || this.#rules.continuingSubwordPrefix === "" ? 0 : CONTINUES) +
      (isLast && this.#rules.endOfWordSuffix !== "" ? ENDS : 0);
    if (indices[kind] === ABSENT) {
      indices[kind] = this.#keys.length;
      this.#keys.push({ codePoint, kind });
    }
    return indices[kind];
  }

  /** Adds the forms that were asked for to the vocabulary; returns their ids. */
  addAll(): Int32Array {
    const order = this.#keys.map((_, i) => i).sort((a, b) =>
      this.#keys[a].codePoint - this.#keys[b].codePoint || this.#keys[a].kind - this.#keys[b].kind
    );
    const ids = new Int32Array(order.length);
    for (const i of order) {
      const { codePoint, kind } = this.#keys[i];
      ids[i] = this.#vocabulary.add(
        (kind & CONTINUES ? this.#rules.continuingSubwordPrefix : "") +
          String.fromCodePoint(codePoint) + (kind & ENDS ? this.#rules.endOfWordSuffix : ""),
      );
    }
    return ids;
  }
}
