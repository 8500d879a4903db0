import type { TextPattern } from "../_text_pattern.ts";
import type { PrependScheme } from "../pre_tokenizers/metaspace.ts";
import type { Decoder } from "./decoder.ts";

/** Takes the spaces out that tokenizing English puts before punctuation and contractions. */
function cleanUp(text: string): string {
  return text.replaceAll(" .", ".").replaceAll(" ?", "?").replaceAll(" !", "!")
    .replaceAll(" ,", ",").replaceAll(" ' ", "'").replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m").replaceAll(" do not", " don't").replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve").replaceAll(" 're", "'re");
}

/** Pieces with the prefix join the one before them, others follow a space. */
export class WordPieceDecoder implements Decoder {
  #prefix: string;
  #cleansUp: boolean;

  constructor(prefix: string, cleansUp: boolean) {
    this.#prefix = prefix;
    this.#cleansUp = cleansUp;
  }

  decode(tokens: readonly string[]): string[] {
    return tokens.map((token, i) => {
      if (i > 0) {
        token = token.startsWith(this.#prefix) ? token.slice(this.#prefix.length) : ` ${token}`;
      }
      return this.#cleansUp ? cleanUp(token) : token;
    });
  }

  toJSON(): Record<string, unknown> {
    return { type: "WordPiece", prefix: this.#prefix, cleanup: this.#cleansUp };
  }
}

/** Marks become spaces; in the first token they go, unless no mark was put before the text. */
export class MetaspaceDecoder implements Decoder {
  #replacement: string;
  #scheme: PrependScheme;
  #splits: boolean;

  constructor(replacement: string, scheme: PrependScheme, splits: boolean) {
    this.#replacement = replacement;
    this.#scheme = scheme;
    this.#splits = splits;
  }

  decode(tokens: readonly string[]): string[] {
    return tokens.map((token, i) =>
      token.replaceAll(this.#replacement, i === 0 && this.#scheme !== "never" ? "" : " ")
    );
  }

  toJSON(): Record<string, unknown> {
    return {
      type: "Metaspace",
      replacement: this.#replacement,
      prepend_scheme: this.#scheme,
      split: this.#splits,
    };
  }
}

/** The suffix that ends a word becomes a space, at the end of the text nothing. */
export class BpeDecoder implements Decoder {
  #suffix: string;

  constructor(suffix: string) {
    this.#suffix = suffix;
  }

  decode(tokens: readonly string[]): string[] {
    return tokens.map((token, i) =>
      token.replaceAll(this.#suffix, i === tokens.length - 1 ? "" : " ")
    );
  }

  toJSON(): Record<string, unknown> {
    return { type: "BPEDecoder", suffix: this.#suffix };
  }
}

/** All tokens as one. */
export class Fuse implements Decoder {
  decode(tokens: readonly string[]): string[] {
    return [tokens.join("")];
  }

  toJSON(): Record<string, unknown> {
    return { type: "Fuse" };
  }
}

/** Takes a character away at the ends of every token, up to a number of times. */
export class StripDecoder implements Decoder {
  #content: string;
  #start: number;
  #stop: number;

  constructor(content: string, start: number, stop: number) {
    this.#content = content;
    this.#start = start;
    this.#stop = stop;
  }

  decode(tokens: readonly string[]): string[] {
    const size = this.#content.length;
    return tokens.map((token) => {
      for (let i = 0; i < this.#start && token.startsWith(this.#content); i++) {
        token = token.slice(size);
      }
      for (let i = 0; i < this.#stop && token.endsWith(this.#content); i++) {
        token = token.slice(0, -size);
      }
      return token;
    });
  }

  toJSON(): Record<string, unknown> {
    return { type: "Strip", content: this.#content, start: this.#start, stop: this.#stop };
  }
}

/** Replaces every match in every token. */
export class ReplaceDecoder implements Decoder {
  #pattern: TextPattern;
  #content: string;

  constructor(pattern: TextPattern, content: string) {
    this.#pattern = pattern;
    this.#content = content;
  }

  decode(tokens: readonly string[]): string[] {
    return tokens.map((token) => this.#pattern.replaceAll(token, this.#content));
  }

  toJSON(): Record<string, unknown> {
    return { type: "Replace", pattern: this.#pattern.toJSON(), content: this.#content };
  }
}

/** Speech models: repeated tokens are one, padding goes, the delimiter becomes a space. */
export class CtcDecoder implements Decoder {
  #padToken: string;
  #delimiter: string;
  #cleansUp: boolean;

  constructor(padToken: string, delimiter: string, cleansUp: boolean) {
    this.#padToken = padToken;
    this.#delimiter = delimiter;
    this.#cleansUp = cleansUp;
  }

  decode(tokens: readonly string[]): string[] {
    const texts: string[] = [];
    for (const [i, token] of tokens.entries()) {
      if (i > 0 && token === tokens[i - 1]) continue;
      let text = token.replaceAll(this.#padToken, "");
      if (this.#cleansUp) text = cleanUp(text).replaceAll(this.#delimiter, " ");
      if (text !== "") texts.push(text);
    }
    return texts;
  }

  toJSON(): Record<string, unknown> {
    return {
      type: "CTC",
      pad_token: this.#padToken,
      word_delimiter_token: this.#delimiter,
      cleanup: this.#cleansUp,
    };
  }
}
