import { CharacterClass } from "./character_class.ts";
import { canBeEmpty, type Look, type RegexNode, type Repeat } from "./tree.ts";

/** What an instruction does; `x` and `y` are its operands. */
export const Op = {
  /** Ends the expression, or the body of an atomic group or a look-around. */
  ACCEPT: 0,
  /** Reads a character of set x forwards. */
  READ: 1,
  /** Reads a character of set x backwards. */
  READ_BACK: 2,
  /** Goes on at x; if that fails, at y. */
  SPLIT: 3,
  /** Goes on at x. */
  JUMP: 4,
  /** Goes on behind the first match of the body that begins at x. */
  ATOMIC: 5,
  /** Goes on if the body at x matches. */
  LOOK: 6,
  /** Goes on if the body at x does not match. */
  LOOK_NOT: 7,
  /** Goes on if the x-th repeat around it has read something in this round. */
  PROGRESS: 8,
} as const;

/** An expression as instructions. What is remembered of an instruction is a state: one for each number of rounds. */
export interface Program {
  readonly ops: Uint8Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Repeats around an instruction, within its body, whose rounds may read nothing. */
  readonly depths: Uint8Array;
  /** First state of an instruction whose failures are remembered, else -1. */
  readonly states: Int32Array;
  /** First state of an instruction in a body, where matches are remembered too; else -1. */
  readonly bodyStates: Int32Array;
  readonly stateCount: number;
  readonly bodyStateCount: number;
  readonly classes: readonly CharacterClass[];
  /** Whether it looks behind without an end. */
  readonly looksFarBehind: boolean;
}

/** Instructions and states that a program may have. */
const LARGEST = 4096, MOST_STATES = 1 << 15;
/** Repeats whose rounds may read nothing, one in the other. */
export const MOST_ROUNDS = 127;

/**
 * Compiles an expression.
 *
 * @throws {SyntaxError} If it is too large with its repeats written out
 */
export function compileRegex(node: RegexNode): Program {
  const compiler = new Compiler();
  compiler.node(node);
  return compiler.finish();
}

interface Instruction {
  readonly op: number;
  x: number;
  y: number;
  readonly depth: number;
  readonly isInBody: boolean;
}

class Compiler {
  #instructions: Instruction[] = [];
  #classes = new Map<string, number>();
  #bodies: { node: RegexNode; isBehind: boolean; from: number }[] = [];
  #isBehind = false;
  #isInBody = false;
  #depth = 0;
  #looksFarBehind = false;

  node(node: RegexNode): void {
    switch (node.kind) {
      case "set":
        this.#add(this.#isBehind ? Op.READ_BACK : Op.READ, this.#class(node.source));
        return;
      case "sequence":
        // Backwards the last part is read first.
        for (const part of this.#isBehind ? node.parts.toReversed() : node.parts) this.node(part);
        return;
      case "choice":
        return this.#choice(node.options);
      case "repeat":
        return this.#repeat(node);
      case "atomic":
        this.#bodies.push({
          node: node.body,
          isBehind: this.#isBehind,
          from: this.#add(Op.ATOMIC),
        });
        return;
      case "look":
        return this.#look(node);
    }
  }

  /** The bodies follow the expression; they may have bodies themselves. */
  finish(): Program {
    this.#add(Op.ACCEPT);
    const starts = new Set<number>();
    for (let body = this.#bodies.pop(); body !== undefined; body = this.#bodies.pop()) {
      this.#isBehind = body.isBehind;
      this.#isInBody = true;
      this.#depth = 0;
      const start = this.#instructions.length;
      this.#instructions[body.from].x = start;
      starts.add(start);
      this.node(body.node);
      this.#add(Op.ACCEPT);
    }
    return this.#program(starts);
  }

  #choice(options: readonly RegexNode[]): void {
    const jumps: number[] = [];
    for (const [i, option] of options.entries()) {
      if (i === options.length - 1) {
        this.node(option);
        continue;
      }
      const split = this.#add(Op.SPLIT);
      this.#instructions[split].x = split + 1;
      this.node(option);
      jumps.push(this.#add(Op.JUMP));
      this.#instructions[split].y = this.#instructions.length;
    }
    for (const jump of jumps) this.#instructions[jump].x = this.#instructions.length;
  }

  #repeat({ body, least, most, isLazy }: Repeat): void {
    for (let i = 0, before = -1; i < least && before < this.#instructions.length; i++) {
      before = this.#instructions.length; // a body without an instruction is written once
      this.node(body);
    }
    // As in JavaScript, a round beyond the least ones that reads nothing is none.
    const mayStall = canBeEmpty(body);
    const round = (splits: number[]) => {
      splits.push(this.#add(Op.SPLIT));
      if (mayStall && ++this.#depth > MOST_ROUNDS) this.#refuse();
      this.node(body);
      if (mayStall) {
        this.#add(Op.PROGRESS, this.#depth);
        this.#depth--;
      }
    };
    const splits: number[] = [];
    if (most === Infinity) {
      if (this.#isBehind) this.#looksFarBehind = true;
      round(splits);
      this.#add(Op.JUMP, splits[0]);
    } else for (let i = least; i < most; i++) round(splits);
    const end = this.#instructions.length;
    for (const split of splits) {
      const instruction = this.#instructions[split];
      [instruction.x, instruction.y] = isLazy ? [end, split + 1] : [split + 1, end];
    }
  }

  #look({ body, isBehind, isNegated }: Look): void {
    const from = this.#add(isNegated ? Op.LOOK_NOT : Op.LOOK);
    this.#bodies.push({ node: body, isBehind, from });
  }

  #add(op: number, x = 0): number {
    if (this.#instructions.length === LARGEST) this.#refuse();
    const instruction = { op, x, y: 0, depth: this.#depth, isInBody: this.#isInBody };
    return this.#instructions.push(instruction) - 1;
  }

  #refuse(): never {
    throw new SyntaxError("with its repeats written out it is too large");
  }

  #class(source: string): number {
    let index = this.#classes.get(source);
    if (index === undefined) this.#classes.set(source, index = this.#classes.size);
    return index;
  }

  /** Remembered are the choices, the places where ways meet, and where bodies begin: ways in between are short. */
  #program(starts: ReadonlySet<number>): Program {
    const instructions = this.#instructions;
    const entries = new Uint8Array(instructions.length + 1);
    const enter = (at: number) => entries[at] = Math.min(2, entries[at] + 1);
    for (const [at, { op, x, y }] of instructions.entries()) {
      if (op === Op.SPLIT || op === Op.JUMP) enter(x);
      if (op === Op.SPLIT) enter(y);
      else if (op !== Op.JUMP && op !== Op.ACCEPT) enter(at + 1);
    }
    const column = (value: (instruction: Instruction) => number) => instructions.map(value);
    const states = new Int32Array(instructions.length).fill(-1);
    const bodyStates = new Int32Array(instructions.length).fill(-1);
    let stateCount = 0, bodyStateCount = 0;
    for (const [at, { op, depth, isInBody }] of instructions.entries()) {
      if (op !== Op.SPLIT && entries[at] < 2 && !starts.has(at)) continue;
      states[at] = stateCount;
      stateCount += depth + 1;
      if (!isInBody) continue;
      bodyStates[at] = bodyStateCount;
      bodyStateCount += depth + 1;
    }
    if (stateCount > MOST_STATES) this.#refuse();
    return {
      ops: Uint8Array.from(column(({ op }) => op)),
      x: Int32Array.from(column(({ x }) => x)),
      y: Int32Array.from(column(({ y }) => y)),
      depths: Uint8Array.from(column(({ depth }) => depth)),
      states,
      bodyStates,
      stateCount,
      bodyStateCount,
      classes: Array.from(this.#classes.keys(), (source) => new CharacterClass(source)),
      looksFarBehind: this.#looksFarBehind,
    };
  }
}
