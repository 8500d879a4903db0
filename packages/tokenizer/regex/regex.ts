import { shown } from "../_shown.ts";
import { CharacterClass } from "./character_class.ts";
import { chooseEngine } from "./choose_engine.ts";
import { GuardedMatcher, longStretches } from "./guarded_matcher.ts";
import { MemoMatcher } from "./memo_matcher.ts";
import { parseRegex } from "./parse.ts";
import { compileRegex, type Program } from "./program.ts";
import { regexSource } from "./source.ts";
import { canBeEmpty, type RegexNode } from "./tree.ts";

/** Searches one text. */
export interface Matcher {
  /** Where the match ends that begins at a place, or -1. Places must not go backwards. */
  matchAt(at: number): number;
}

/** Longest text, in units, in which the native engine may read ahead as far as it wants. */
const SHORT_TEXT = 8192;

/** A regular expression of a tokenizer.json, which no text makes slow. */
export class Regex {
  /** What texts are searched with; see {@linkcode chooseEngine}. */
  readonly engine: "native" | "memo";
  /** Whether it can match without a character. */
  readonly canBeEmpty: boolean;
  /** The expression for the native engine, global and sticky. */
  readonly global: RegExp;
  readonly sticky: RegExp;
  #program: Program | undefined;
  #readAhead: CharacterClass[];

  private constructor(node: RegexNode, source: string) {
    const { engine, readAhead } = chooseEngine(node);
    this.engine = engine;
    this.canBeEmpty = canBeEmpty(node);
    try {
      if (engine === "memo" || readAhead.length > 0) this.#program = compileRegex(node);
      const translated = regexSource(node);
      this.global = new RegExp(translated, "gu");
      this.sticky = new RegExp(translated, "uy");
    } catch (error) {
      const reason = error instanceof SyntaxError && error.message.startsWith("with its");
      throw new SyntaxError(
        `Cannot translate regular expression ${shown(source)}` +
          (reason ? `: ${(error as Error).message}` : ""),
      );
    }
    const sources = new Set(readAhead.map((set) => set.source));
    this.#readAhead = Array.from(sources, (source) => new CharacterClass(source));
  }

  /**
   * Reads an expression.
   *
   * @param source The expression in Oniguruma's syntax
   * @throws {SyntaxError} If it is broken, too large, or not to be had in JavaScript
   */
  static parse(source: string): Regex {
    return new Regex(parseRegex(source), source);
  }

  /** What searches a text, where the native expressions could be slow. */
  matcher(text: string): Matcher | undefined {
    const program = this.#program;
    if (program === undefined) return undefined;
    if (this.engine === "memo") return new MemoMatcher(program, text);
    if (text.length <= SHORT_TEXT) return undefined;
    const stretches = longStretches(text, this.#readAhead);
    if (stretches.length === 0) return undefined;
    const other = () => new MemoMatcher(program, text);
    return new GuardedMatcher(this.sticky, text, { stretches, other });
  }
}
