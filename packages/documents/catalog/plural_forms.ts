/** Evaluates C's expressions of plural forms, which gettext's manual describes (section "Plural forms"). */
type Expression = (n: number) => number;

const operators: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/", "%"],
];

const compute: Readonly<Record<string, (a: number, b: number) => number>> = {
  "||": (a, b) => Number(a !== 0 || b !== 0),
  "&&": (a, b) => Number(a !== 0 && b !== 0),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.trunc(a / b),
  "%": (a, b) => a % b,
};

/**
 * Says which plural form of a catalog is for one thing alone, from the line `Plural-Forms` of its header.
 *
 * @param header Text of the header.
 * @param count Forms that the message has.
 * @returns Number of the form; undefined where one form is for one thing and for several, as in Japanese.
 */
export function singularForm(header: string, count: number): number | undefined {
  if (count < 2) return undefined;
  const formula = header.match(/^Plural-Forms:.*?\bplural\s*=\s*([^;\n]{1,500})/im)?.[1];
  const form = formula === undefined ? 0 : evaluate(formula, 1);
  return form !== undefined && form < count ? form : 0;
}

function evaluate(formula: string, n: number): number | undefined {
  const tokens = formula.match(/\|\||&&|[=!<>]=|[<>+\-*/%?:()!]|n|\d{1,9}|\S/g) ?? [];
  let at = 0, depth = 0;
  const fail = () => {
    throw new SyntaxError("Cannot read the plural forms");
  };
  const take = (token: string) => tokens[at] === token && ++at > 0;
  function choice(): Expression {
    if (++depth > 50) fail();
    const condition = binary(0);
    if (take("?")) {
      const then = choice();
      if (!take(":")) fail();
      const otherwise = choice();
      depth--;
      return (n) => condition(n) !== 0 ? then(n) : otherwise(n);
    }
    depth--;
    return condition;
  }
  function binary(level: number): Expression {
    if (level === operators.length) return single();
    let left = binary(level + 1);
    for (let operator; (operator = operators[level].find(take)) !== undefined;) {
      const before = left, right = binary(level + 1), apply = compute[operator];
      left = (n) => apply(before(n), right(n));
    }
    return left;
  }
  function single(): Expression {
    if (++depth > 200) fail();
    if (take("!")) {
      const inner = single();
      return (n) => Number(inner(n) === 0);
    }
    if (take("(")) {
      const inner = choice();
      if (!take(")")) fail();
      depth--;
      return inner;
    }
    depth--;
    const token = tokens[at++] ?? "";
    if (token === "n") return (n) => n;
    if (!/^\d+$/.test(token)) fail();
    return () => Number(token);
  }
  try {
    const value = choice()(n);
    return at === tokens.length && Number.isInteger(value) && value >= 0 ? value : undefined;
  } catch {
    return undefined;
  }
}
