/** A regular expression as a tree. Everything else, such as `^`, `\b` and groups with names, is made of these. */
export type RegexNode = CharacterSet | Sequence | Choice | Repeat | Atomic | Look;

/** One character of a set; `source` is the set as a JavaScript expression with the u flag writes it. */
export interface CharacterSet {
  readonly kind: "set";
  readonly source: string;
}

/** Parts one after the other; without parts it matches nothing, everywhere. */
export interface Sequence {
  readonly kind: "sequence";
  readonly parts: readonly RegexNode[];
}

/** The first of the options with which the rest matches too. */
export interface Choice {
  readonly kind: "choice";
  readonly options: readonly RegexNode[];
}

/** The body `least` to `most` times (Infinity: any number of times), as often as possible or as rarely. */
export interface Repeat {
  readonly kind: "repeat";
  readonly body: RegexNode;
  readonly least: number;
  readonly most: number;
  readonly isLazy: boolean;
}

/** What the body matches first; it is not tried otherwise. */
export interface Atomic {
  readonly kind: "atomic";
  readonly body: RegexNode;
}

/** Whether the body matches (or not) after this place or before it. */
export interface Look {
  readonly kind: "look";
  readonly body: RegexNode;
  readonly isBehind: boolean;
  readonly isNegated: boolean;
}

/** A set of characters. */
export function set(source: string): CharacterSet {
  return { kind: "set", source };
}

/** Parts one after the other. */
export function sequence(parts: readonly RegexNode[]): RegexNode {
  return parts.length === 1 ? parts[0] : { kind: "sequence", parts };
}

/** One of several. */
export function choice(options: readonly RegexNode[]): RegexNode {
  return options.length === 1 ? options[0] : { kind: "choice", options };
}

/** Whether a node can match without a character. */
export function canBeEmpty(node: RegexNode): boolean {
  switch (node.kind) {
    case "set":
      return false;
    case "sequence":
      return node.parts.every(canBeEmpty);
    case "choice":
      return node.options.some(canBeEmpty);
    case "repeat":
      return node.least === 0 || canBeEmpty(node.body);
    case "atomic":
      return canBeEmpty(node.body);
    case "look":
      return true;
  }
}
