/** Tokens and their ids, checked: ids are whole numbers, none is given twice. */
export class Vocabulary {
  /** One more than the largest id; some ids below may have no token. */
  readonly size: number;
  /** Number of tokens. */
  readonly count: number;
  #ids: ReadonlyMap<string, number>;
  #tokens: (string | undefined)[];

  constructor(vocab: Iterable<readonly [string, number]>, model: string) {
    const ids = new Map<string, number>();
    const tokens: (string | undefined)[] = [];
    let size = 0;
    for (const [token, id] of vocab) {
      if (!Number.isInteger(id) || id < 0 || id > MAX_ID) {
        throw new SyntaxError(
          `Cannot build ${model} model: vocab gives ${
            JSON.stringify(token)
          } the id ${id}, not a whole number up to ${MAX_ID}`,
        );
      }
      if (id < size && tokens[id] !== undefined) {
        throw new SyntaxError(
          `Cannot build ${model} model: vocab gives id ${id} to both ${
            JSON.stringify(tokens[id])
          } and ${JSON.stringify(token)}`,
        );
      }
      if (ids.has(token)) {
        throw new SyntaxError(
          `Cannot build ${model} model: vocab has ${JSON.stringify(token)} twice`,
        );
      }
      ids.set(token, id);
      while (tokens.length < id) tokens.push(undefined);
      tokens[id] = token;
      size = Math.max(size, id + 1);
    }
    this.#ids = ids;
    this.#tokens = tokens;
    this.size = size;
    this.count = ids.size;
  }

  /** The id of a token. */
  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** The token of an id. */
  token(id: number): string | undefined {
    return this.#tokens[id];
  }

  /** Tokens and ids, by id. */
  toJSON(): Record<string, number> {
    const vocab: [string, number][] = [];
    for (const [id, token] of this.#tokens.entries()) {
      if (token !== undefined) vocab.push([token, id]);
    }
    return Object.fromEntries(vocab);
  }

  /** All tokens with their ids, by id. */
  *entries(): Generator<[string, number]> {
    for (const [id, token] of this.#tokens.entries()) {
      if (token !== undefined) yield [token, id];
    }
  }
}

// Larger ids would make tables of gigabytes; no vocabulary comes near.
const MAX_ID = (1 << 24) - 1;
