import { showValue } from "@heed/checkpoint";

/** A parsed JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** More layers, or wider ones, than any model has; a file that says so is damaged or malicious. */
export const MOST = {
  layers: 1000,
  size: 1 << 20,
  vocabulary: 1 << 24,
  /** Rows of a table of positions that is computed, not read. */
  positions: 1 << 16,
  beams: 1000,
} as const;

/**
 * Reads values of a parsed config and collects everything that is wrong with it.
 *
 * @example
 * ```ts
 * import { ConfigReader } from "@heed/model";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const reader = new ConfigReader({ layers: 0, activation: "relu" });
 * assertEquals(reader.oneOf("activation", { relu: 1, tanh: 2 }), 1);
 * reader.size("layers");
 * reader.size("width");
 * const { message } = assertThrows(() => reader.finish(), SyntaxError);
 * assertEquals(message.split("\n").slice(1), [
 *   "- layers is 0, not an integer of at least 1",
 *   "- width is undefined, not an integer of at least 1",
 * ]);
 * ```
 */
export class ConfigReader {
  readonly #json: Json;
  readonly #problems: string[] = [];

  /**
   * Begins to read.
   *
   * @param json The parsed file.
   */
  constructor(json: Json) {
    this.#json = json;
  }

  /**
   * An integer.
   *
   * @param key Its key.
   * @param options `least` and `most` that it may be; `fallback` where it is absent.
   * @returns The integer; `least` where it is wrong.
   */
  integer(
    key: string,
    { least = 0, most = Number.MAX_SAFE_INTEGER, fallback }: IntegerOptions = {},
  ): number {
    const value = this.#json[key] ?? fallback;
    if (!Number.isSafeInteger(value) || (value as number) < least) {
      this.wrong(key, `not an integer of at least ${least}`);
    } else if ((value as number) > most) this.wrong(key, `more than ${most}`);
    else return value as number;
    return least;
  }

  /**
   * A positive integer.
   *
   * @param key Its key.
   * @param options `most` that it may be; `fallback` where it is absent.
   * @returns The size; 1 where it is wrong.
   */
  size(key: string, { most = MOST.size, fallback }: Omit<IntegerOptions, "least"> = {}): number {
    return this.integer(key, { least: 1, most, fallback });
  }

  /**
   * A token id.
   *
   * @param key Its key.
   * @param options Size of the vocabulary; `fallback` where the key is absent.
   * @returns The id.
   */
  token(key: string, { vocabSize, fallback }: { vocabSize: number; fallback?: number }): number {
    const id = this.integer(key, { fallback });
    if (id >= vocabSize) this.problem(`${key} is ${id}, not below vocab_size ${vocabSize}`);
    return id;
  }

  /**
   * A finite number.
   *
   * @param key Its key.
   * @param fallback Where it is absent.
   * @returns The number.
   */
  number(key: string, fallback: number): number {
    const value = this.#json[key] ?? fallback;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.wrong(key, "not a number");
    return fallback;
  }

  /**
   * A rate, such as dropout's.
   *
   * @param key Its key; 0 where it is absent.
   * @returns A number of at least 0 and below 1.
   */
  rate(key: string): number {
    const value = this.#json[key] ?? 0;
    if (typeof value === "number" && value >= 0 && value < 1) return value;
    this.wrong(key, "not a number of at least 0 and below 1");
    return 0;
  }

  /**
   * What one of several names stands for.
   *
   * @param key Its key.
   * @param values Meanings by name.
   * @param fallback Name where the key is absent; without one it is needed.
   * @returns The meaning.
   */
  oneOf<Value>(
    key: string,
    values: Readonly<Record<string, Value>>,
    fallback?: string,
  ): Value {
    const name = this.#json[key] ?? fallback;
    if (typeof name === "string" && Object.hasOwn(values, name)) return values[name];
    this.wrong(key, `not one of ${Object.keys(values).join(", ")}`);
    return Object.values(values)[0];
  }

  /**
   * A key that has one possible value, if it is there.
   *
   * @param key The key.
   * @param value Its value.
   */
  fixed(key: string, value: unknown): void {
    const found = this.#json[key];
    if (found != null && found !== value) {
      this.problem(`${key} is ${showValue(found)}; this model has ${JSON.stringify(value)}`);
    }
  }

  /**
   * The size of the heads.
   *
   * @param key Key of the hidden size, for the message.
   * @param hiddenSize Width that is divided.
   * @param heads By how many.
   */
  divides(key: string, hiddenSize: number, heads: number): void {
    if (hiddenSize % heads === 0) return;
    this.problem(`${key} ${hiddenSize} is not divisible by ${heads} attention heads`);
  }

  /**
   * Notes a value that is wrong.
   *
   * @param key Its key.
   * @param what What it is not.
   */
  wrong(key: string, what: string): void {
    this.problem(`${key} is ${showValue(this.#json[key])}, ${what}`);
  }

  /**
   * Notes what is wrong.
   *
   * @param text For a person.
   */
  problem(text: string): void {
    this.#problems.push(text);
  }

  /**
   * Ends the reading.
   *
   * @throws {SyntaxError} When anything was wrong; names all of it.
   */
  finish(): void {
    if (this.#problems.length === 0) return;
    throw new SyntaxError(`Cannot read the model's config:\n- ${this.#problems.join("\n- ")}`);
  }
}

/** What an integer may be. */
export interface IntegerOptions {
  /** Least value; default 0. */
  readonly least?: number;
  /** Greatest value. */
  readonly most?: number;
  /** Value where the key is absent; without one it is needed. */
  readonly fallback?: number;
}

/** Leaves out what is undefined: two configs are equal where they have the same keys. */
export function definedOnly<Values extends object>(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Values;
}
