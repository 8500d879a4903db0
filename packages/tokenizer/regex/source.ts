import type { RegexNode } from "./tree.ts";

/** The expression as JavaScript with the u flag writes it. */
export function regexSource(node: RegexNode): string {
  let atomicGroups = 0;
  const write = (node: RegexNode): string => {
    switch (node.kind) {
      case "set":
        return node.source;
      case "sequence":
        return node.parts.map((part) => part.kind === "choice" ? `(?:${write(part)})` : write(part))
          .join("");
      case "choice":
        return node.options.map(write).join("|");
      case "repeat": {
        const body = node.body.kind === "set" ? write(node.body) : `(?:${write(node.body)})`;
        return body + quantifier(node) + (node.isLazy ? "?" : "");
      }
      case "atomic": {
        // What matched once is not tried otherwise: a look-ahead keeps its first match.
        const name = `a${atomicGroups++}`;
        return `(?:(?=(?<${name}>${write(node.body)}))\\k<${name}>)`;
      }
      case "look":
        return `(?${node.isBehind ? "<" : ""}${node.isNegated ? "!" : "="}${write(node.body)})`;
    }
  };
  return write(node);
}

function quantifier({ least, most }: { least: number; most: number }): string {
  if (most === Infinity) return least === 0 ? "*" : least === 1 ? "+" : `{${least},}`;
  if (least === 0 && most === 1) return "?";
  return least === most ? `{${least}}` : `{${least},${most}}`;
}
