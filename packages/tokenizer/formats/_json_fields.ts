import { shown } from "../_shown.ts";

const DEEPEST = 32;
const LONGEST_AFFIX = 100;
const LONGEST_PATH = 100; // characters that an error has of a path, and of its whole message
const LONGEST_MESSAGE = 300;

/** An object of a JSON file, read with errors that name the field. */
export class JsonFields {
  /** Where the object is in the file, such as `model`; empty for the whole. */
  readonly path: string;
  #object: Record<string, unknown>;
  #depth: number;

  constructor(value: unknown, path: string, depth = 0) {
    this.path = path;
    this.#depth = depth;
    if (depth > DEEPEST) {
      this.#fail(path, `is nested more than ${DEEPEST} deep`);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#fail(path, `is ${kindOf(value)}, not an object`);
    }
    this.#object = value as Record<string, unknown>;
  }

  /** The content of a field. */
  value(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }

  /** A string; `fallback` stands for a missing one. */
  string(name: string, fallback?: string): string {
    const value = this.value(name) ?? fallback;
    if (typeof value !== "string") return this.fail(name, `is ${kindOf(value)}, not a string`);
    return value;
  }

  /** A string or undefined for null. */
  optionalString(name: string): string | undefined {
    return this.value(name) == null ? undefined : this.string(name);
  }

  /** A string that is put to parts of texts, or undefined for null. */
  affix(name: string, fallback?: string): string | undefined {
    const value = this.value(name) == null ? fallback : this.string(name);
    if (value !== undefined && value.length > LONGEST_AFFIX) {
      this.fail(name, `has ${value.length} characters, more than ${LONGEST_AFFIX}`);
    }
    return value;
  }

  /** true or false. */
  boolean(name: string, fallback?: boolean): boolean {
    const value = this.value(name) ?? fallback;
    if (typeof value !== "boolean") {
      return this.fail(name, `is ${kindOf(value)}, not true or false`);
    }
    return value;
  }

  /** A whole number from 0. */
  count(name: string, fallback?: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.value(name) ?? fallback;
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
      return this.fail(
        name,
        `is ${typeof value === "number" ? value : kindOf(value)}, not a whole number from 0`,
      );
    }
    if (value > most) this.fail(name, `is ${value}, more than ${most}`);
    return value;
  }

  /** A list. */
  list(name: string): unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value)) return this.fail(name, `is ${kindOf(value)}, not a list`);
    return value;
  }

  /** An object. */
  object(name: string): JsonFields {
    return new JsonFields(this.value(name), this.pathOf(name), this.#depth + 1);
  }

  /** An object, or undefined for null. */
  optionalObject(name: string): JsonFields | undefined {
    return this.value(name) == null ? undefined : this.object(name);
  }

  /** A list of objects. */
  objects(name: string, most: number = Infinity): JsonFields[] {
    const list = this.list(name);
    if (list.length > most) this.fail(name, `has ${list.length} entries, more than ${most}`);
    return list.map((value, i) =>
      new JsonFields(value, `${this.pathOf(name)}[${i}]`, this.#depth + 1)
    );
  }

  /** One of the allowed strings. */
  oneOf<Name extends string>(name: string, names: readonly Name[], fallback?: Name): Name {
    const value = this.string(name, fallback);
    if (!names.includes(value as Name)) {
      this.fail(name, `is ${shown(value)}, not one of ${names.join(", ")}`);
    }
    return value as Name;
  }

  /** The names of the fields with what they hold. */
  entries(): [string, unknown][] {
    return Object.entries(this.#object);
  }

  /** Where a field is in the file. */
  pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  /** Says what is wrong with a field. */
  fail(name: string, problem: string): never {
    return this.#fail(this.pathOf(name), problem);
  }

  #fail(path: string, problem: string): never {
    if (path === "") path = "the file";
    // Names in the file are part of a path, and may be as long as it.
    else if (path.length > LONGEST_PATH) path = `${path.slice(0, LONGEST_PATH).toWellFormed()}...`;
    const message = `Cannot read tokenizer.json: ${path} ${problem}`;
    throw new SyntaxError(
      message.length > LONGEST_MESSAGE
        ? `${message.slice(0, LONGEST_MESSAGE - 3).toWellFormed()}...`
        : message,
    );
  }
}

/** What a JSON value is, in words. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
