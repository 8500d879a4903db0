import { shown } from "../_shown.ts";

const LONGEST_SHOWN = 80; // characters of what is refused
const LONGEST_SOURCE = 10_000; // characters; that of GPT-4o has 270

/** The source of a regular expression while it is read. */
export class RegexReader {
  /** Place of the next character. */
  at = 0;

  constructor(readonly source: string) {
    if (source.length > LONGEST_SOURCE) {
      throw new SyntaxError(
        `Cannot translate regular expression ${
          shown(source)
        }: it has ${source.length} characters, more than ${LONGEST_SOURCE}`,
      );
    }
  }

  /** Whether everything is read. */
  get isAtEnd(): boolean {
    return this.at >= this.source.length;
  }

  /** The next unit, which stays. */
  get next(): string | undefined {
    return this.source[this.at];
  }

  /** Takes the next character, which may be two units. */
  character(): string {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) return this.refuse("its end");
    const character = String.fromCodePoint(code);
    this.at += character.length;
    return character;
  }

  /** Takes `text` if it is next. */
  takes(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** What a sticky pattern matches here, which stays. */
  peek(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.source);
  }

  /** What a sticky pattern matches here; takes it. */
  match(pattern: RegExp): RegExpExecArray | null {
    const match = this.peek(pattern);
    if (match !== null) this.at += match[0].length;
    return match;
  }

  /** Says that what stands here cannot be translated. */
  refuse(what: string): never {
    throw new SyntaxError(
      `Cannot translate regular expression ${shown(this.source)}: ${
        what.slice(0, LONGEST_SHOWN)
      } at ${this.at} is not supported`,
    );
  }
}
