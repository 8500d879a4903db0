import { codePointBefore } from "./character_class.ts";
import { Memo } from "./memo.ts";
import { Op, type Program } from "./program.ts";

/** Bytes that the search in one text may take. */
const MOST_BYTES = 1 << 28;

/**
 * Searches a text as the JavaScript engine does, by trying one way after the other, but none twice: what failed in a
 * state at a place fails there again. The time is at most states times length.
 */
export class MemoMatcher {
  #program: Program;
  #text: string;
  #memo: Memo;
  // Ways to try: instruction and rounds, place, length of the trail.
  #ways = new Int32Array(3 * 64);
  #wayCount = 0;
  // The way that led here: instruction and rounds, place.
  #trail = new Int32Array(2 * 64);
  #trailCount = 0;

  constructor(program: Program, text: string, options: { mostBytes?: number } = {}) {
    this.#program = program;
    this.#text = text;
    this.#memo = new Memo(program, {
      length: text.length,
      mostBytes: options.mostBytes ?? MOST_BYTES,
    });
  }

  /** Where the match ends that begins at a place, or -1. Places must not go backwards. */
  matchAt(at: number): number {
    if (!this.#program.looksFarBehind) this.#memo.dropBefore(at);
    return this.#run(0, at, false);
  }

  /** Runs the program or a body from an instruction on; returns where the match ends, or -1. */
  #run(start: number, from: number, isBody: boolean): number {
    const { ops, x, y, depths, states, classes } = this.#program;
    const text = this.#text;
    const firstWay = this.#wayCount, firstStep = this.#trailCount;
    let pc = start, at = from;
    let rounds = 0; // repeats around, from the outermost, that have read something in this round
    for (;;) {
      let fails = false;
      if (states[pc] >= 0) {
        const known = this.#enter(pc, rounds, at, isBody);
        if (known >= 0) return this.#succeed(known, firstWay, firstStep, isBody);
        fails = known === FAILED;
      }
      if (!fails) {
        switch (ops[pc]) {
          case Op.ACCEPT:
            return this.#succeed(at, firstWay, firstStep, isBody);
          case Op.READ: {
            const code = text.codePointAt(at);
            fails = code === undefined || !classes[x[pc]].has(code);
            if (fails) break;
            at += code! > 0xffff ? 2 : 1;
            rounds = depths[pc];
            pc++;
            break;
          }
          case Op.READ_BACK: {
            const code = at === 0 ? -1 : codePointBefore(text, at);
            fails = code < 0 || !classes[x[pc]].has(code);
            if (fails) break;
            at -= code > 0xffff ? 2 : 1;
            rounds = depths[pc];
            pc++;
            break;
          }
          case Op.SPLIT:
            this.#pushWay(y[pc], rounds, at);
            pc = x[pc];
            break;
          case Op.JUMP:
            pc = x[pc];
            break;
          case Op.ATOMIC: {
            const end = this.#run(x[pc], at, true);
            fails = end < 0;
            if (fails) break;
            if (end !== at) rounds = depths[pc];
            at = end;
            pc++;
            break;
          }
          case Op.LOOK:
            fails = this.#run(x[pc], at, true) < 0;
            pc++;
            break;
          case Op.LOOK_NOT:
            fails = this.#run(x[pc], at, true) >= 0;
            pc++;
            break;
          case Op.PROGRESS:
            fails = rounds < x[pc];
            rounds = x[pc] - 1;
            pc++;
            break;
        }
      }
      if (!fails) continue;
      if (this.#wayCount === firstWay) {
        this.#trailCount = firstStep;
        return -1;
      }
      const way = 3 * --this.#wayCount;
      pc = this.#ways[way] >> ROUND_BITS;
      rounds = this.#ways[way] & (1 << ROUND_BITS) - 1;
      at = this.#ways[way + 1];
      this.#trailCount = this.#ways[way + 2];
    }
  }

  /** Notes that an instruction is tried at a place; says what is known of it: where its body ends, or nothing. */
  #enter(pc: number, rounds: number, at: number, isBody: boolean): number {
    const { states, bodyStates } = this.#program;
    const memo = this.#memo;
    if (isBody) {
      const end = memo.end(bodyStates[pc] + rounds, at);
      if (end >= 0) return end;
    }
    if (memo.hasFailed(states[pc] + rounds, at)) return FAILED;
    memo.fail(states[pc] + rounds, at);
    if (2 * this.#trailCount === this.#trail.length) this.#trail = this.#grown(this.#trail);
    this.#trail[2 * this.#trailCount] = pc << ROUND_BITS | rounds;
    this.#trail[2 * this.#trailCount++ + 1] = at;
    return UNKNOWN;
  }

  /** What led to a match has not failed; in a body it is known to match. */
  #succeed(end: number, firstWay: number, firstStep: number, isBody: boolean): number {
    const { states, bodyStates } = this.#program;
    for (let i = firstStep; i < this.#trailCount; i++) {
      const pc = this.#trail[2 * i] >> ROUND_BITS;
      const rounds = this.#trail[2 * i] & (1 << ROUND_BITS) - 1;
      const at = this.#trail[2 * i + 1];
      this.#memo.forget(states[pc] + rounds, at);
      if (isBody) this.#memo.setEnd(bodyStates[pc] + rounds, at, end);
    }
    this.#wayCount = firstWay;
    this.#trailCount = firstStep;
    return end;
  }

  #pushWay(pc: number, rounds: number, at: number): void {
    const way = 3 * this.#wayCount++;
    if (way === this.#ways.length) this.#ways = this.#grown(this.#ways);
    this.#ways[way] = pc << ROUND_BITS | rounds;
    this.#ways[way + 1] = at;
    this.#ways[way + 2] = this.#trailCount;
  }

  #grown(list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
    this.#memo.reserve(list.byteLength);
    const grown = new Int32Array(2 * list.length);
    grown.set(list);
    return grown;
  }
}

const UNKNOWN = -1, FAILED = -2;
const ROUND_BITS = 7; // of MOST_ROUNDS
