// Regular expressions in tokenizer.json are written for Oniguruma (Ruby's syntax). Most of it means the same in
// JavaScript with the u flag; the rest is translated here, and what cannot be is refused by name.

import {
  classOf,
  literal,
  parseEscapedCharacter,
  parseProperty,
  parseSet,
  WORD,
} from "./parse_set.ts";
import { RegexReader } from "./reader.ts";
import { choice, type RegexNode, sequence, set } from "./tree.ts";

// Pairs that equal one character, such as \u00df, when case is ignored.
const FOLDED_PAIRS = /(?:ss|st|ff|fi|fl)/iy;
const DEEPEST = 100, MOST_QUANTIFIERS = 10;
const MOST_REPEATS = 100_000; // Oniguruma's limit
const QUANTIFIER = /[*+?]|\{(?:(\d*),(\d*)|(\d+))\}/y;

/** Reads an expression in Oniguruma's syntax. */
export function parseRegex(source: string): RegexNode {
  const reader = new RegexReader(source);
  const node = new RegexParser(reader).alternatives(false);
  if (!reader.isAtEnd) reader.refuse(")");
  return node;
}

class RegexParser {
  #reader: RegexReader;
  #depth = 0;
  #isBehind = false;

  constructor(reader: RegexReader) {
    this.#reader = reader;
  }

  alternatives(foldsCase: boolean): RegexNode {
    const reader = this.#reader;
    const options: RegexNode[] = [];
    let parts: RegexNode[] = [];
    while (!reader.isAtEnd && reader.next !== ")") {
      if (reader.takes("|")) {
        options.push(sequence(parts));
        parts = [];
        continue;
      }
      if (reader.takes("(?i)")) {
        parts.push(this.alternatives(true)); // all that follows, `|` included
        continue;
      }
      const pair = foldsCase ? reader.peek(FOLDED_PAIRS) : null;
      if (pair !== null) reader.refuse(`(?i) with ${pair[0]}`);
      parts.push(this.#quantified(this.#atom(foldsCase)));
    }
    options.push(sequence(parts));
    return choice(options);
  }

  #atom(foldsCase: boolean): RegexNode {
    const character = this.#reader.character();
    switch (character) {
      case "(":
        return this.#group(foldsCase);
      case "[":
        return set(parseSet(this.#reader, foldsCase));
      case ".":
        return NOT_LINE_FEED;
      case "^":
        return LINE_START;
      case "$":
        return look(NOT_LINE_FEED, { isBehind: false, isNegated: true });
      case "\\":
        return this.#escape(foldsCase);
      case "*":
      case "+":
      case "?":
        return this.#reader.refuse(character);
    }
    return set(literal(character, foldsCase));
  }

  #group(foldsCase: boolean): RegexNode {
    const reader = this.#reader;
    if (reader.takes("?#")) {
      while (!reader.isAtEnd && reader.character() !== ")");
      return sequence([]);
    }
    if (reader.takes("?>")) {
      const body = this.#groupBody(foldsCase);
      return this.#atomic(body);
    }
    const sign = reader.match(/\?<?[=!]/y)?.[0];
    if (sign !== undefined) {
      const [wasBehind, isBehind] = [this.#isBehind, sign.includes("<")];
      this.#isBehind = isBehind;
      const body = this.#groupBody(foldsCase);
      this.#isBehind = wasBehind;
      return look(body, { isBehind, isNegated: sign.endsWith("!") });
    }
    if (reader.takes("?i:")) foldsCase = true;
    // A name; nothing refers to it, so it is left out.
    else if (reader.match(/\?(?::|-i:|<\w+>)/y) === null && reader.next === "?") {
      reader.refuse("(" + reader.source.slice(reader.at, reader.at + 2));
    }
    return this.#groupBody(foldsCase);
  }

  #groupBody(foldsCase: boolean): RegexNode {
    if (++this.#depth > DEEPEST) this.#reader.refuse(`( more than ${DEEPEST} deep`);
    const body = this.alternatives(foldsCase);
    this.#depth--;
    if (this.#reader.character() !== ")") this.#reader.refuse("(");
    return body;
  }

  #atomic(body: RegexNode): RegexNode {
    // Backwards, JavaScript has no way to say it.
    if (this.#isBehind) this.#reader.refuse("an atomic group inside (?<=");
    return { kind: "atomic", body };
  }

  #quantified(node: RegexNode): RegexNode {
    const reader = this.#reader;
    for (let count = 0;; count++) {
      const quantifier = reader.peek(QUANTIFIER);
      if (quantifier === null || quantifier[0] === "{,}") return node;
      if (count === MOST_QUANTIFIERS) {
        reader.refuse(`${quantifier[0]} after ${MOST_QUANTIFIERS} others`);
      }
      reader.at += quantifier[0].length;
      const isInterval = quantifier[0].startsWith("{");
      const [least, most] = timesOf(quantifier);
      if (least > most || Math.max(least, Number.isFinite(most) ? most : 0) > MOST_REPEATS) {
        reader.refuse(quantifier[0]);
      }
      // After an interval of one number, Ruby's ? makes the whole optional.
      const isLazy = quantifier[3] === undefined && reader.takes("?");
      node = { kind: "repeat", body: node, least, most, isLazy };
      // After an interval, Ruby's + repeats the whole.
      if (!isLazy && !isInterval && reader.takes("+")) node = this.#atomic(node);
    }
  }

  #escape(foldsCase: boolean): RegexNode {
    const character = this.#reader.character();
    const source = classOf(character);
    if (source !== undefined) return set(source);
    switch (character) {
      case "p":
      case "P":
        return set(parseProperty(this.#reader, character));
      case "A":
        return look(ANY, { isBehind: true, isNegated: true });
      case "z":
        return look(ANY, { isBehind: false, isNegated: true });
      case "Z":
        return look(
          choice([sequence([set("\\n"), END]), END]),
          { isBehind: false, isNegated: false },
        );
      case "b":
        return choice([
          sequence([AFTER_WORD, NOT_BEFORE_WORD]),
          sequence([NOT_AFTER_WORD, BEFORE_WORD]),
        ]);
      case "B":
        return choice([
          sequence([AFTER_WORD, BEFORE_WORD]),
          sequence([NOT_AFTER_WORD, NOT_BEFORE_WORD]),
        ]);
    }
    return set(literal(parseEscapedCharacter(this.#reader, character), foldsCase));
  }
}

function look(
  body: RegexNode,
  { isBehind, isNegated }: { isBehind: boolean; isNegated: boolean },
): RegexNode {
  return { kind: "look", body, isBehind, isNegated };
}

const NOT_LINE_FEED = set("[^\\n]");
const ANY = set("[^]");
// As in Ruby, no line begins behind a line feed at the end of the text.
const LINE_START = sequence([
  look(NOT_LINE_FEED, { isBehind: true, isNegated: true }),
  choice([
    look(ANY, { isBehind: false, isNegated: false }),
    look(ANY, { isBehind: true, isNegated: true }),
  ]),
]);
const END = look(ANY, { isBehind: false, isNegated: true });
const IN_WORD = set(`[${WORD}]`);
const AFTER_WORD = look(IN_WORD, { isBehind: true, isNegated: false });
const NOT_AFTER_WORD = look(IN_WORD, { isBehind: true, isNegated: true });
const BEFORE_WORD = look(IN_WORD, { isBehind: false, isNegated: false });
const NOT_BEFORE_WORD = look(IN_WORD, { isBehind: false, isNegated: true });

/** How often a quantifier repeats. */
function timesOf([quantifier, least, most, exact]: RegExpExecArray): [number, number] {
  switch (quantifier) {
    case "*":
      return [0, Infinity];
    case "+":
      return [1, Infinity];
    case "?":
      return [0, 1];
  }
  if (exact !== undefined) return [Number(exact), Number(exact)];
  return [Number(least), most === "" ? Infinity : Number(most)];
}
