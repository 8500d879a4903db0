/** Reads values of a parsed config and collects everything that is wrong with it. */
export class JsonReader {
  readonly #json: Record<string, unknown>;
  readonly #problems: string[] = [];

  constructor(json: Record<string, unknown>) {
    this.#json = json;
  }

  /** A positive integer. */
  size(key: string, fallback?: number): number {
    const value = this.#json[key] ?? fallback;
    if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
    this.#wrong(key, "a positive integer");
    return 1;
  }

  /** A token id. */
  token(key: string, vocabSize: number): number {
    const value = this.#json[key];
    if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < vocabSize) {
      return value as number;
    }
    this.#wrong(key, `a token id below ${vocabSize}`);
    return 0;
  }

  /** A finite number. */
  number(key: string, fallback: number): number {
    const value = this.#json[key] ?? fallback;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.#wrong(key, "a number");
    return fallback;
  }

  /** What one of several names stands for. */
  oneOf<Value>(key: string, values: Readonly<Record<string, Value>>): Value {
    const name = this.#json[key];
    if (typeof name === "string" && Object.hasOwn(values, name)) return values[name];
    this.#wrong(key, `one of ${Object.keys(values).join(", ")}`);
    return Object.values(values)[0];
  }

  /** A key that has one possible value, if it is there. */
  fixed(key: string, value: unknown): void {
    if (this.#json[key] != null && this.#json[key] !== value) {
      this.#wrong(key, JSON.stringify(value));
    }
  }

  /** A condition on two sizes. */
  divides(what: string, divisor: number, size: number): void {
    if (size % divisor !== 0) {
      this.#problems.push(`hidden size ${size} is not divisible by ${divisor} ${what}`);
    }
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

  #wrong(key: string, expected: string): void {
    this.#problems.push(`${key} is ${JSON.stringify(this.#json[key])}, not ${expected}`);
  }
}
