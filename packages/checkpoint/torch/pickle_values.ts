/** A list of a pickle, which grows while it is read. */
export class PickleList {
  /** What is in it. */
  readonly items: PickleValue[] = [];
}

/** A dict of a pickle, or an OrderedDict. */
export class PickleDict {
  /** Values by key; made at the first one, because a pickle may hold very many empty dicts. */
  #entries: Map<PickleKey, PickleValue> | undefined;

  /** Its entries in order. */
  get entries(): ReadonlyMap<PickleKey, PickleValue> {
    return this.#entries ??= new Map();
  }

  /** Sets what a key has. */
  set(key: PickleKey, value: PickleValue): void {
    (this.#entries ??= new Map()).set(key, value);
  }
}

/** A name that a pickle asks for and that is known; only some can be called, and none runs Python. */
export interface PickleGlobal {
  /** Module and name. */
  readonly name: string;
  /**
   * Does what calling it means.
   *
   * @param args The arguments.
   * @returns The result.
   * @throws {SyntaxError} When they are not what they should be.
   */
  call?(args: readonly PickleValue[]): PickleValue;
}

/** What a key of a dict may be. */
export type PickleKey = string | number | bigint | boolean | null;

/** What a pickle may hold: tuples are arrays, and the objects are those of whoever reads it. */
export type PickleValue =
  | PickleKey
  | readonly PickleValue[]
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleObject;

/** What a global or a persistent id has become. */
export abstract class PickleObject {
  /** What it is called in errors. */
  abstract readonly kind: string;
}

/** Names a value in an error, shortly. */
export function describe(value: PickleValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value instanceof PickleList) return "a list";
  if (value instanceof PickleDict) return "a dict";
  if (value instanceof PickleObject) return value.kind;
  if (Array.isArray(value)) return "a tuple";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "object" && value !== null) return (value as PickleGlobal).name;
  return String(value);
}

/** A text from a file, cut short, with no control characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? text.slice(0, 80) + "..." : text);
}
