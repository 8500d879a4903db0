// Regular expressions in tokenizer.json are written for Oniguruma (Ruby's syntax). Most of it means the same in
// JavaScript with the u flag; the rest is translated here, and what cannot be is refused by name.

const SPACE = "\\p{White_Space}";
const WORD_IN_SET = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";
// Outside of sets Oniguruma counts the superscripts and fractions of Latin-1 as word characters.
const WORD = WORD_IN_SET + "\\u00b2\\u00b3\\u00b9\\u00bc-\\u00be";
// Pairs that equal one character, such as \u00df, when case is ignored.
const FOLDED_PAIRS = /^(?:ss|st|ff|fi|fl)$/i;
const CLASSES: Record<string, string> = {
  s: SPACE,
  w: WORD,
  d: "\\p{Nd}",
  h: "0-9a-fA-F",
};
const CONTROLS: Record<string, string> = {
  t: "\\t",
  n: "\\n",
  r: "\\r",
  f: "\\f",
  v: "\\v",
  a: "\\x07",
  e: "\\x1b",
};
const POSIX: Record<string, string> = {
  alpha: "\\p{Alphabetic}",
  digit: "\\p{Nd}",
  alnum: "\\p{Alphabetic}\\p{M}\\p{Nd}",
  upper: "\\p{Uppercase}",
  lower: "\\p{Lowercase}",
  space: SPACE,
  punct: "\\p{P}\\p{S}",
  word: WORD,
  xdigit: "0-9a-fA-F",
  cntrl: "\\p{Cc}",
  blank: "\\p{Zs}\\t",
};
const SYNTAX = /[\^$\\.*+?()[\]{}|/]/;
const LARGEST_FOLDED_RANGE = 512;
const LONGEST_SOURCE = 10_000; // characters; that of GPT-4o has 270
const DEEPEST = 100;
const LONGEST_SHOWN = 80;

/** A global regular expression that matches what Oniguruma's `source` matches. */
export function translateRegex(source: string): RegExp {
  if (source.length > LONGEST_SOURCE) {
    throw new SyntaxError(
      `Cannot translate regular expression ${
        shown(source)
      }: it has ${source.length} characters, more than ${LONGEST_SOURCE}`,
    );
  }
  const translated = new RegexTranslation(source).translate();
  try {
    return new RegExp(translated, "gu");
  } catch {
    throw new SyntaxError(`Cannot translate regular expression ${shown(source)}`);
  }
}

class RegexTranslation {
  #source: string;
  #at = 0;
  #atomicGroups = 0;
  #depth = 0;
  // Ways to match that can still be tried otherwise. Repeated, they multiply: (a+)+ has 2^n ways for n characters.
  #choices = 0;

  constructor(source: string) {
    this.#source = source;
  }

  translate(): string {
    const translated = this.#alternatives(false);
    if (this.#at < this.#source.length) this.#refuse(")");
    return translated;
  }

  #alternatives(foldsCase: boolean): string {
    let translated = "";
    while (this.#at < this.#source.length && this.#source[this.#at] !== ")") {
      if (this.#source[this.#at] === "|") {
        translated += "|";
        this.#choices++;
        this.#at++;
        continue;
      }
      if (this.#takes("(?i)")) {
        foldsCase = true;
        continue;
      }
      if (foldsCase && FOLDED_PAIRS.test(this.#source.slice(this.#at, this.#at + 2))) {
        this.#refuse(`(?i) with ${this.#source.slice(this.#at, this.#at + 2)}`);
      }
      const choices = this.#choices;
      translated += this.#quantified(this.#atom(foldsCase), choices);
    }
    return translated;
  }

  #atom(foldsCase: boolean): string {
    const character = this.#character();
    switch (character) {
      case "(":
        return this.#group(foldsCase);
      case "[":
        return this.#set(foldsCase);
      case ".":
        return "[^\\n]";
      case "^":
        return "(?<![^\\n])";
      case "$":
        return "(?![^\\n])";
      case "\\":
        return this.#escape(foldsCase);
      case "*":
      case "+":
      case "?":
        return this.#refuse(character);
    }
    return literal(character, foldsCase);
  }

  #group(foldsCase: boolean): string {
    let open = "(?:";
    const choices = this.#choices;
    if (this.#takes("?#")) {
      while (this.#at < this.#source.length && this.#character() !== ")");
      return "(?:)";
    }
    if (this.#takes("?>")) {
      const body = this.#groupBody(foldsCase);
      this.#choices = choices;
      return this.#atomic(body);
    }
    if (this.#takes("?<=")) open = "(?<=";
    else if (this.#takes("?<!")) open = "(?<!";
    else if (this.#takes("?=")) open = "(?=";
    else if (this.#takes("?!")) open = "(?!";
    else if (this.#takes("?:") || this.#takes("?-i:")) open = "(?:";
    else if (this.#takes("?i:")) foldsCase = true;
    else if (this.#source[this.#at] === "?") {
      // A name; nothing refers to it, so it is left out.
      const name = /^\?<\w+>/.exec(this.#source.slice(this.#at));
      if (name === null) this.#refuse("(" + this.#source.slice(this.#at, this.#at + 2));
      this.#at += name![0].length;
    }
    const body = this.#groupBody(foldsCase);
    // What a look-around matched is not tried otherwise.
    if (/[=!]$/.test(open)) this.#choices = choices;
    return `${open}${body})`;
  }

  #groupBody(foldsCase: boolean): string {
    if (++this.#depth > DEEPEST) this.#refuse(`( more than ${DEEPEST} deep`);
    const body = this.#alternatives(foldsCase);
    this.#depth--;
    if (this.#character() !== ")") this.#refuse("(");
    return body;
  }

  /** What matched once is not tried otherwise: a look-ahead keeps its first match. */
  #atomic(body: string): string {
    const name = `a${this.#atomicGroups++}`;
    return `(?:(?=(?<${name}>${body}))\\k<${name}>)`;
  }

  #quantified(atom: string, choices: number): string {
    for (;;) {
      const quantifier = /^(?:[*+?]|\{\d*,?\d*\})/.exec(this.#source.slice(this.#at, this.#at + 24))
        ?.[0];
      if (quantifier === undefined || /^\{,?\}$/.test(quantifier)) return atom;
      this.#at += quantifier.length;
      const repeats = quantifier !== "?" && !/^\{[01]?(?:,[01])?\}$/.test(quantifier);
      if (repeats && this.#choices > choices) {
        this.#refuse(`${quantifier} after a group with a choice (|, *, +, ?; not atomic)`);
      }
      if (!/^\{\d+\}$/.test(quantifier)) this.#choices++;
      atom += quantifier.startsWith("{,") ? `{0${quantifier.slice(1)}` : quantifier;
      if (this.#takes("?")) atom += "?";
      // After an interval, Ruby's + repeats the whole.
      else if (!quantifier.startsWith("{") && this.#takes("+")) {
        atom = this.#atomic(atom);
        this.#choices = choices;
      }
      if (!/[*+?{]/.test(this.#source[this.#at] ?? "")) return atom;
      atom = `(?:${atom})`;
    }
  }

  #escape(foldsCase: boolean): string {
    const character = this.#character();
    const lower = character.toLowerCase();
    if (CLASSES[lower] !== undefined) {
      return `[${character === lower ? "" : "^"}${CLASSES[lower]}]`;
    }
    switch (character) {
      case "p":
      case "P":
        return this.#property(character);
      case "A":
        return "(?<![^])";
      case "z":
        return "(?![^])";
      case "Z":
        return "(?=\\n?(?![^]))";
      case "b":
        return `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`;
      case "B":
        return `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`;
    }
    return this.#escapedCharacter(character, foldsCase);
  }

  /** An escape that stands for one character; `#at` is after its letter. */
  #escapedCharacter(character: string, foldsCase: boolean): string {
    if (CONTROLS[character] !== undefined) return CONTROLS[character];
    if (character === "x" || character === "u") {
      const pattern = character === "x"
        ? /^(?:\{([\da-fA-F]+)\}|([\da-fA-F]{1,2}))/
        : /^()([\da-fA-F]{4})/;
      const match = pattern.exec(this.#source.slice(this.#at));
      const code = match === null ? NaN : parseInt(match[1] || match[2], 16);
      if (!(code <= 0x10ffff)) this.#refuse(`\\${character}`);
      this.#at += match![0].length;
      return literal(String.fromCodePoint(code), foldsCase);
    }
    if (/[A-Za-z0-9]/.test(character)) this.#refuse(`\\${character}`);
    return literal(character, foldsCase);
  }

  #property(letter: string): string {
    const match = /^\{(\^?)([\w\s-]+)\}/.exec(this.#source.slice(this.#at));
    if (match === null) this.#refuse(`\\${letter}`);
    const [whole, negation, name] = match!;
    this.#at += whole.length;
    const negated = (letter === "P") !== (negation === "^");
    const posix = POSIX[name.toLowerCase()];
    if (posix !== undefined) {
      if (negated) return `[^${posix}]`;
      return `[${posix}]`;
    }
    for (const candidate of [name, `Script=${name}`, `Script=${capitalized(name)}`]) {
      const property = `\\${negated ? "P" : "p"}{${candidate}}`;
      try {
        new RegExp(property, "u");
        return property;
      } catch {
        // The next spelling may be known.
      }
    }
    return this.#refuse(`\\${letter}{${name}}`);
  }

  #set(foldsCase: boolean): string {
    let body = this.#takes("^") ? "^" : "";
    let first = true;
    for (;; first = false) {
      if (this.#at >= this.#source.length) this.#refuse("[");
      if (this.#takes("]")) {
        if (!first) return `[${body}]`;
        body += "\\]";
        continue;
      }
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#source.slice(this.#at));
      if (posix !== null && POSIX[posix[2]] !== undefined && posix[1] === "") {
        body += POSIX[posix[2]];
        this.#at += posix[0].length;
        continue;
      }
      if (this.#source[this.#at] === "[") this.#refuse("[ inside [ ]");
      if (this.#source.startsWith("&&", this.#at)) this.#refuse("&&");
      body += this.#setMember(foldsCase);
    }
  }

  #setMember(foldsCase: boolean): string {
    const start = this.#at;
    const low = this.#setCharacter();
    if (low === undefined) {
      // A class such as \s or \p{L}.
      this.#at = start + 1;
      const character = this.#character();
      const lower = character.toLowerCase();
      if (character === "p" || character === "P") {
        const property = this.#property(character);
        if (property.startsWith("[^")) this.#refuse(this.#source.slice(start, this.#at));
        return property.startsWith("[") ? property.slice(1, -1) : property;
      }
      if (character === "w") return WORD_IN_SET;
      if (character === lower) return CLASSES[lower];
      if (character === "S") return "\\P{White_Space}";
      if (character === "D") return "\\P{Nd}";
      return this.#refuse(`\\${character} inside [ ]`);
    }
    const next = this.#source[this.#at + 1];
    if (this.#source[this.#at] !== "-" || next === "]" || next === undefined) {
      return foldsCase ? variants(low).map(escapeInSet).join("") : escapeInSet(low);
    }
    this.#at++;
    const high = this.#setCharacter();
    if (high === undefined) this.#refuse(this.#source.slice(start, this.#at));
    const range = `${escapeInSet(low)}-${escapeInSet(high!)}`;
    if (!foldsCase) return range;
    const [from, to] = [low.codePointAt(0)!, high!.codePointAt(0)!];
    if (to - from > LARGEST_FOLDED_RANGE) this.#refuse(`(?i) with ${range}`);
    let folded = range;
    for (let code = from; code <= to; code++) {
      folded += variants(String.fromCodePoint(code)).map(escapeInSet).join("");
    }
    return folded;
  }

  /** The one character that stands here inside a set, or undefined when a class does. */
  #setCharacter(): string | undefined {
    const character = this.#character();
    if (character !== "\\") return character;
    const escaped = this.#character();
    if (escaped === "b") return "\b";
    if (CLASSES[escaped.toLowerCase()] !== undefined || /[pP]/.test(escaped)) return undefined;
    const spelled = this.#escapedCharacter(escaped, false);
    return CONTROLS[escaped] !== undefined
      ? ({ t: "\t", n: "\n", r: "\r", f: "\f", v: "\v", a: "\x07", e: "\x1b" })[escaped]!
      : spelled.length > 1 && spelled.startsWith("\\")
      ? spelled.slice(1)
      : spelled;
  }

  #character(): string {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) return this.#refuse("its end");
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #refuse(what: string): never {
    throw new SyntaxError(
      `Cannot translate regular expression ${shown(this.#source)}: ${
        what.slice(0, LONGEST_SHOWN)
      } at ${this.#at} is not supported`,
    );
  }
}

function literal(character: string, foldsCase: boolean): string {
  if (foldsCase) {
    const spellings = variants(character);
    if (spellings.length > 1) return `[${spellings.map(escapeInSet).join("")}]`;
  }
  return SYNTAX.test(character) ? `\\${character}` : character;
}

/** The characters that equal this one when case is ignored. */
function variants(character: string): string[] {
  const all = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  const lower = character.toLowerCase();
  if (lower === "s") all.add("\u017f");
  if (lower === "k") all.add("\u212a");
  if (lower === "\u00e5") all.add("\u212b");
  return [...all].filter((spelling) => [...spelling].length === 1);
}

function escapeInSet(character: string): string {
  return /[\^\\\]\[-]/.test(character) ? `\\${character}` : character;
}

function capitalized(name: string): string {
  return name.split(/[_\s-]/).map((word) =>
    word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()
  )
    .join("_");
}

/** A source as errors quote it. */
function shown(source: string): string {
  return source.length > LONGEST_SHOWN
    ? `${JSON.stringify(source.slice(0, LONGEST_SHOWN))}...`
    : JSON.stringify(source);
}
