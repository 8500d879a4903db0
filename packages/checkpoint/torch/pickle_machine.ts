import {
  describe,
  PickleDict,
  type PickleGlobal,
  type PickleKey,
  PickleList,
  type PickleValue,
  quoted,
} from "./pickle_values.ts";

/** What a pickle may ask for. */
export interface PickleHooks {
  /**
   * Looks up a name.
   *
   * @param name Module and name with a dot between.
   * @returns What stands for it; undefined refuses the file.
   */
  global(name: string): PickleGlobal | undefined;
  /**
   * Looks up what lies outside of the pickle.
   *
   * @param id What the pickle calls it.
   * @returns What stands for it.
   * @throws {SyntaxError} When there is no such thing.
   */
  persistent(id: PickleValue): PickleValue;
}

/** The bytes end before the pickle does; more of the file may help. */
export class PickleEnded extends SyntaxError {
  override readonly name = "SyntaxError";
}

/** A pickle of so many steps holds some 40,000 tensors; it bounds time and memory whatever the steps are. */
const MAX_STEPS = 1 << 20;

/** Marks, of which a tuple in a tuple of a dict takes three. */
const MAX_MARKS = 100;

/** Of a number of any length. Torch's own magic number has 10. */
const MAX_INTEGER_BYTES = 16;

/**
 * Reads one pickle (protocols 2 to 5) without executing anything.
 *
 * Python's pickles are programs for a machine with a stack, which may call any function by name. This machine knows
 * numbers, text, lists, tuples and dicts, and of all names only those that the hooks know; every other name and every
 * other step is refused. It never recurses, and its memory is bounded by the bytes and by the number of steps.
 *
 * @param bytes The pickle and what follows it.
 * @param hooks What it may ask for.
 * @param start Where it begins in the bytes.
 * @returns Its value, and where it ends.
 * @throws {SyntaxError} When it is damaged or asks for anything else. The message is to follow "Cannot read FILE: ".
 */
export function readPickle(
  bytes: Uint8Array,
  hooks: PickleHooks,
  start = 0,
): { value: PickleValue; end: number } {
  const machine = new Machine(bytes, hooks, start);
  for (let steps = 0; machine.step(); steps++) {
    if (steps >= MAX_STEPS) throw new SyntaxError(`its pickle has more than ${MAX_STEPS} steps`);
  }
  return { value: machine.pop(), end: machine.at };
}

class Machine {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #hooks: PickleHooks;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: Uint8Array, hooks: PickleHooks, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#hooks = hooks;
    this.at = start;
  }

  pop(): PickleValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.#wrong("takes from nothing");
    return this.#stack.pop()!;
  }

  /** Does one step; false after the last. */
  step(): boolean {
    const code = this.#bytes[this.#take(1)]!;
    switch (code) {
      case 0x80: { // PROTO
        const protocol = this.#natural(1);
        if (protocol < 2 || protocol > 5) {
          throw new SyntaxError(`its pickle has protocol ${protocol}, and 2 to 5 are read`);
        }
        return true;
      }
      case 0x95: // FRAME
        this.#natural(8);
        return true;
      case 0x2e: // STOP
        return false;
      case 0x28: // MARK
        if (this.#marks.length >= MAX_MARKS) {
          throw new SyntaxError(`its pickle is nested deeper than ${MAX_MARKS} levels`);
        }
        this.#marks.push(this.#stack.length);
        return true;
      case 0x30: // POP
        this.pop();
        return true;
      case 0x31: // POP_MARK
        this.#popMark();
        return true;
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4a: // BININT
        return this.#push(this.#view.getInt32(this.#take(4), true));
      case 0x4b: // BININT1
        return this.#push(this.#natural(1));
      case 0x4d: // BININT2
        return this.#push(this.#natural(2));
      case 0x8a: // LONG1
        return this.#push(this.#integer(this.#natural(1)));
      case 0x8b: // LONG4
        return this.#push(this.#integer(this.#natural(4)));
      case 0x47: // BINFLOAT
        return this.#push(this.#view.getFloat64(this.#take(8), false));
      case 0x58: // BINUNICODE
        return this.#push(this.#text(this.#natural(4)));
      case 0x8c: // SHORT_BINUNICODE
        return this.#push(this.#text(this.#natural(1)));
      case 0x8d: // BINUNICODE8
        return this.#push(this.#text(this.#natural(8)));
      case 0x55: // SHORT_BINSTRING, by Python 2
        return this.#push(this.#text(this.#natural(1)));
      case 0x54: // BINSTRING, by Python 2
        return this.#push(this.#text(this.#natural(4)));
      case 0x29: // EMPTY_TUPLE
        return this.#push([]);
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push(this.#popCount(code - 0x84));
      case 0x74: // TUPLE
        return this.#push(this.#popMark());
      case 0x5d: // EMPTY_LIST
        return this.#push(new PickleList());
      case 0x61: // APPEND
        return this.#append([this.pop()]);
      case 0x65: // APPENDS
        return this.#append(this.#popMark());
      case 0x7d: // EMPTY_DICT
        return this.#push(new PickleDict());
      case 0x73: // SETITEM
        return this.#setItems(this.#popCount(2));
      case 0x75: // SETITEMS
        return this.#setItems(this.#popMark());
      case 0x71: // BINPUT
        return this.#put(this.#natural(1));
      case 0x72: // LONG_BINPUT
        return this.#put(this.#natural(4));
      case 0x94: // MEMOIZE
        return this.#put(this.#memo.size);
      case 0x68: // BINGET
        return this.#get(this.#natural(1));
      case 0x6a: // LONG_BINGET
        return this.#get(this.#natural(4));
      case 0x63: { // GLOBAL
        const module = this.#line();
        return this.#global(module, this.#line());
      }
      case 0x93: { // STACK_GLOBAL
        const [module, name] = this.#popCount(2);
        return this.#global(module!, name!);
      }
      case 0x69: { // INST: the old way to call a class by name
        const module = this.#line();
        throw refused(module, this.#line());
      }
      case 0x51: // BINPERSID
        return this.#push(this.#hooks.persistent(this.pop()));
      case 0x52: // REDUCE
        return this.#reduce();
      case 0x62: // BUILD
        return this.#build();
    }
    throw new SyntaxError(
      `its pickle asks for step 0x${code.toString(16).padStart(2, "0")}, which is refused`,
    );
  }

  #wrong(what: string): SyntaxError {
    return new SyntaxError(`its pickle ${what} at byte ${this.at}`);
  }

  /** Goes on by so many bytes, and gives the place where they begin. */
  #take(count: number): number {
    const { at } = this;
    if (count > this.#bytes.length - at) throw new PickleEnded("its pickle is truncated");
    this.at += count;
    return at;
  }

  #natural(bytes: 1 | 2 | 4 | 8): number {
    const at = this.#take(bytes);
    if (bytes === 1) return this.#bytes[at]!;
    if (bytes === 2) return this.#view.getUint16(at, true);
    if (bytes === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  #integer(length: number): number | bigint {
    if (length > MAX_INTEGER_BYTES) throw this.#wrong(`has an integer of ${length} bytes`);
    const start = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[start + i]!);
    value = BigInt.asIntN(8 * length, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  #text(length: number): string {
    const start = this.#take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
        .decode(this.#bytes.subarray(start, start + length));
    } catch {
      throw this.#wrong("has a text that is not UTF-8");
    }
  }

  /** Reads to the end of a line; a name is never long. */
  #line(): string {
    const end = this.#bytes.subarray(0, this.at + 1000).indexOf(0x0a, this.at);
    if (end >= 0) return this.#text(end + 1 - this.at).slice(0, -1);
    if (this.#bytes.length - this.at < 1000) throw new PickleEnded("its pickle is truncated");
    throw this.#wrong("has a name of more than 1000 bytes");
  }

  #push(value: PickleValue): true {
    this.#stack.push(value);
    return true;
  }

  #popMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#wrong("takes to a mark that is not there");
    return this.#stack.splice(mark);
  }

  #popCount(count: number): PickleValue[] {
    const values: PickleValue[] = [];
    for (let i = 0; i < count; i++) values.unshift(this.pop());
    return values;
  }

  #top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  #append(values: readonly PickleValue[]): true {
    const list = this.#top();
    if (!(list instanceof PickleList)) throw this.#wrong(`appends to ${describe(list)}`);
    for (const value of values) list.items.push(value);
    return true;
  }

  #setItems(items: readonly PickleValue[]): true {
    const dict = this.#top();
    if (!(dict instanceof PickleDict)) throw this.#wrong(`sets an item of ${describe(dict)}`);
    if (items.length % 2 !== 0) throw this.#wrong("has a key without a value");
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i]!;
      if (typeof key === "object" && key !== null) throw this.#wrong(`has ${describe(key)} as key`);
      dict.set(key as PickleKey, items[i + 1]!);
    }
    return true;
  }

  #put(index: number): true {
    this.#memo.set(index, this.#top());
    return true;
  }

  #get(index: number): true {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#wrong(`takes back ${index}, which it never kept,`);
    return this.#push(value);
  }

  #global(module: PickleValue, name: PickleValue): true {
    if (typeof module !== "string" || typeof name !== "string") {
      throw this.#wrong(`asks for ${describe(module)} of ${describe(name)}`);
    }
    const known = this.#hooks.global(`${module}.${name}`);
    if (known === undefined) throw refused(module, name);
    return this.#push(known);
  }

  #reduce(): true {
    const [called, args] = this.#popCount(2) as [PickleValue, PickleValue];
    if (!Array.isArray(args)) throw this.#wrong(`calls with ${describe(args)}`);
    const { call } = typeof called === "object" && called !== null
      ? called as PickleGlobal
      : { call: undefined };
    if (typeof call !== "function") throw this.#wrong(`calls ${describe(called)}`);
    return this.#push(call(args));
  }

  /** The state of an object. Only that of a dict is taken, to be left aside: torch notes its modules' versions there. */
  #build(): true {
    const state = this.pop();
    const object = this.#top();
    if (!(object instanceof PickleDict) || !(state instanceof PickleDict)) {
      throw this.#wrong(`gives ${describe(object)} a state`);
    }
    return true;
  }
}

function refused(module: string, name: string): SyntaxError {
  return new SyntaxError(
    `its pickle asks for ${
      quoted(`${module}.${name}`).slice(1, -1)
    }, which is refused: only tensors, ` +
      "dicts, lists, numbers and text are read, and nothing is executed; " +
      "if you trust the file, save its state_dict as safetensors with Python",
  );
}
