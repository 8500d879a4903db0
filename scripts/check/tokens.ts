/** A word, a string literal without its quotes, or one character of punctuation. */
export interface Token {
  readonly kind: "word" | "string" | "punctuation";
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** After these words a slash begins a regular expression and is not a division. */
const BEFORE_EXPRESSION = new Set(
  "return typeof case in of new delete void throw do else instanceof yield await".split(" "),
);

/**
 * Splits TypeScript into tokens; comments and regular expressions are left out, and of a template
 * literal only the code inside `${}` is kept.
 *
 * This is enough to find imports and identifiers without mistaking text for code. It is no parser.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** For every open `${`, the number of braces open inside it. */
  const templates: number[] = [];
  let line = 1;
  let at = 0;

  const add = (kind: Token["kind"], text: string) => tokens.push({ kind, text, line });
  const skip = (length: number) => {
    for (const char of source.slice(at, at + length)) if (char === "\n") line++;
    at += length;
  };
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? "";
  };
  /** Skips template text up to its end or the next `${`. */
  const skipTemplateText = () => {
    skip(match(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y).length);
    if (source.startsWith("${", at)) {
      templates.push(0);
      at += 2;
    } else {
      at += 1;
    }
  };

  while (at < source.length) {
    const blank = match(/\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#![^\n]*/y);
    if (blank) {
      skip(blank.length);
      continue;
    }
    const word = match(/[\p{ID_Start}$_#@][\p{ID_Continue}$]*|\d[\w.]*/yu);
    if (word) {
      add("word", word);
      at += word.length;
      continue;
    }
    const string = match(/"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y);
    if (string) {
      add("string", string.slice(1, -1));
      skip(string.length);
      continue;
    }
    const char = source[at];
    if (char === "`") {
      at += 1;
      skipTemplateText();
      continue;
    }
    if (char === "/" && expressionMayBegin(tokens.at(-1))) {
      const regex = match(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y);
      if (regex) {
        at += regex.length;
        continue;
      }
    }
    if (char === "{" && templates.length > 0) templates[templates.length - 1]++;
    if (char === "}" && templates.length > 0 && templates[templates.length - 1]-- === 0) {
      templates.pop();
      at += 1;
      skipTemplateText();
      continue;
    }
    add("punctuation", char);
    at += 1;
  }
  return tokens;
}

function expressionMayBegin(previous: Token | undefined): boolean {
  if (previous === undefined) return true;
  if (previous.kind === "word") return BEFORE_EXPRESSION.has(previous.text);
  return previous.kind === "punctuation" && !")]}".includes(previous.text);
}

/** One module that a source names, and what it takes from it. */
export interface ImportedModule {
  readonly specifier: string;
  readonly line: number;
  /** Local names of static imports; a namespace as `* as name`. */
  readonly names: readonly string[];
}

/** Lists static imports, `export ... from`, and `import("...")` with a literal. */
export function importsOf(tokens: readonly Token[]): ImportedModule[] {
  const imports: ImportedModule[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== "string") return;
    const before = tokens[index - 1]?.text;
    const dynamic = before === "(" && tokens[index - 2]?.text === "import";
    if (before !== "from" && before !== "import" && !dynamic) return;
    const names = before === "from" ? localNames(tokens, index - 2) : [];
    imports.push({ specifier: token.text, line: token.line, names });
  });
  return imports;
}

/** Walks back from `from` to `import` and collects the names that the clause declares. */
function localNames(tokens: readonly Token[], last: number): string[] {
  const names: string[] = [];
  for (let index = last; index >= 0; index--) {
    const { kind, text } = tokens[index];
    if (text === "import" || text === "export") break;
    const next = tokens[index + 1]?.text;
    if (kind !== "word" || text === "as" || next === "as") continue;
    if (text === "type" && next !== "," && next !== "}" && next !== "from") continue;
    names.push(tokens[index - 2]?.text === "*" ? `* as ${text}` : text);
  }
  return names.reverse();
}
