import { PUNCTUATION } from "../normalizers/_unicode_tables.ts";
import { CharacterClasses } from "./_character_classes.ts";
import { cutAtMatches, type SplitBehavior } from "./_split_behavior.ts";
import { CuttingPreTokenizer } from "./pre_tokenizer.ts";

const SPACE = "\\p{White_Space}";
const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d";
const tables = new Map<string, CharacterClasses>();

/** Tables are made when they are first needed, once. */
function classesOf(name: string, patterns: readonly string[]): CharacterClasses {
  let classes = tables.get(name);
  if (classes === undefined) tables.set(name, classes = new CharacterClasses(patterns));
  return classes;
}

/** Cuts where the class of the characters changes. Class 1 is left out; `single` is a class of one-character words. */
function cutAtClasses(
  text: string,
  cuts: number[],
  { classes, single }: { classes: CharacterClasses; single: number },
): void {
  const { table } = classes;
  let start = 0;
  let current = 1;
  for (let i = 0; i < text.length;) {
    const unit = text.charCodeAt(i);
    let units = 1;
    let kind = table[unit];
    if ((unit & 0xfc00) === 0xd800) {
      units = 2;
      kind = classes.of(text.codePointAt(i)!);
    }
    if (kind !== current || kind === single) {
      if (current !== 1 && i > start) cuts.push(start, i);
      start = i;
      current = kind;
    }
    i += units;
  }
  if (current !== 1 && text.length > start) cuts.push(start, text.length);
}

/** Words and what lies between them, without white space: `\w+|[^\w\s]+`. */
export class Whitespace extends CuttingPreTokenizer {
  #classes = classesOf("Whitespace", [SPACE, WORD]);

  cut(text: string, cuts: number[]): void {
    cutAtClasses(text, cuts, { classes: this.#classes, single: -1 });
  }

  toJSON(): Record<string, unknown> {
    return { type: "Whitespace" };
  }
}

/** What lies between white space. */
export class WhitespaceSplit extends CuttingPreTokenizer {
  #classes = classesOf("WhitespaceSplit", [SPACE]);

  cut(text: string, cuts: number[]): void {
    cutAtClasses(text, cuts, { classes: this.#classes, single: -1 });
  }

  toJSON(): Record<string, unknown> {
    return { type: "WhitespaceSplit" };
  }
}

/** BERT's words: white space is left out, every punctuation character is a word. */
export class BertPreTokenizer extends CuttingPreTokenizer {
  #classes = classesOf("BertPreTokenizer", [SPACE, PUNCTUATION]);

  cut(text: string, cuts: number[]): void {
    cutAtClasses(text, cuts, { classes: this.#classes, single: 2 });
  }

  toJSON(): Record<string, unknown> {
    return { type: "BertPreTokenizer" };
  }
}

/** Splits at the characters of a class. */
abstract class CharacterSplit extends CuttingPreTokenizer {
  #classes: CharacterClasses;
  #behavior: SplitBehavior;

  constructor(classes: CharacterClasses, behavior: SplitBehavior) {
    super();
    this.#classes = classes;
    this.#behavior = behavior;
  }

  cut(text: string, cuts: number[]): void {
    const matches: [number, number][] = [];
    for (let i = 0; i < text.length;) {
      const code = text.codePointAt(i)!;
      const end = i + (code > 0xffff ? 2 : 1);
      if (this.#classes.of(code) === 1) matches.push([i, end]);
      i = end;
    }
    cutAtMatches(matches, text.length, { behavior: this.#behavior, invert: false, cuts });
  }
}

/** Splits at punctuation. */
export class Punctuation extends CharacterSplit {
  #behavior: SplitBehavior;

  constructor(behavior: SplitBehavior) {
    super(classesOf("Punctuation", [PUNCTUATION]), behavior);
    this.#behavior = behavior;
  }

  toJSON(): Record<string, unknown> {
    return { type: "Punctuation", behavior: this.#behavior };
  }
}

/** Numbers are words, or every digit is. */
export class Digits extends CharacterSplit {
  #individual: boolean;

  constructor(individual: boolean) {
    super(classesOf("Digits", ["\\p{N}"]), individual ? "Isolated" : "Contiguous");
    this.#individual = individual;
  }

  toJSON(): Record<string, unknown> {
    return { type: "Digits", individual_digits: this.#individual };
  }
}

/** What lies between occurrences of a character. */
export class CharDelimiterSplit extends CharacterSplit {
  #delimiter: string;

  constructor(delimiter: string) {
    const code = delimiter.codePointAt(0)!.toString(16);
    super(new CharacterClasses([`\\u{${code}}`]), "Removed");
    this.#delimiter = delimiter;
  }

  toJSON(): Record<string, unknown> {
    return { type: "CharDelimiterSplit", delimiter: this.#delimiter };
  }
}

/** Words of a fixed number of characters. */
export class FixedLength extends CuttingPreTokenizer {
  #length: number;

  constructor(length: number) {
    super();
    this.#length = length;
  }

  cut(text: string, cuts: number[]): void {
    let start = 0;
    let characters = 0;
    let at = 0;
    for (const character of text) {
      at += character.length;
      if (++characters < this.#length) continue;
      cuts.push(start, at);
      start = at;
      characters = 0;
    }
    if (at > start) cuts.push(start, at);
  }

  toJSON(): Record<string, unknown> {
    return { type: "FixedLength", length: this.#length };
  }
}
