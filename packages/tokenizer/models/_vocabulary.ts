import { shown } from "../_shown.ts";

/** Larger ids would make tables of gigabytes; no vocabulary comes near. */
export const LARGEST_ID = (1 << 24) - 1;
// With more holes than this, tokens are kept in a map: a list would be as long as the largest id.
const DENSE_PER_TOKEN = 4, DENSE_BESIDES = 1 << 16;

/** Tokens and their ids, checked: ids are whole numbers, none is given twice. */
export class Vocabulary {
  /** One more than the largest id; some ids below may have no token. */
  readonly size: number;
  /** Number of tokens. */
  readonly count: number;
  #ids: ReadonlyMap<string, number>;
  #tokens: Tokens;

  constructor(vocab: Iterable<readonly [string, number]>, model: string) {
    const entries = Array.isArray(vocab) ? vocab as (readonly [string, number])[] : [...vocab];
    let size = 0;
    for (const [token, id] of entries) {
      if (!Number.isInteger(id) || id < 0 || id > LARGEST_ID) {
        throw new SyntaxError(
          `Cannot build ${model} model: vocab gives ${
            shown(token)
          } the id ${id}, not a whole number up to ${LARGEST_ID}`,
        );
      }
      size = Math.max(size, id + 1);
    }
    const ids = new Map<string, number>();
    const tokens = size <= DENSE_PER_TOKEN * entries.length + DENSE_BESIDES
      ? new ListedTokens(size)
      : new Map<number, string>();
    for (const [token, id] of entries) {
      const other = tokens.get(id);
      if (other !== undefined) {
        throw new SyntaxError(
          `Cannot build ${model} model: vocab gives id ${id} to both ${shown(other)} and ${
            shown(token)
          }`,
        );
      }
      if (ids.has(token)) {
        throw new SyntaxError(`Cannot build ${model} model: vocab has ${shown(token)} twice`);
      }
      ids.set(token, id);
      tokens.set(id, token);
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
    return this.#tokens.get(id);
  }

  /** Tokens and ids, by id. */
  toJSON(): Record<string, number> {
    return Object.fromEntries(this.entries());
  }

  /** All tokens with their ids, by id. */
  *entries(): Generator<[string, number]> {
    const ids = this.#tokens instanceof ListedTokens
      ? this.#tokens.keys()
      : Array.from(this.#tokens.keys()).sort((a, b) => a - b);
    for (const id of ids) yield [this.#tokens.get(id)!, id];
  }
}

/** Id to token. */
interface Tokens {
  get(id: number): string | undefined;
  set(id: number, token: string): void;
  keys(): Iterable<number>;
}

/** The tokens of ids that have few holes. */
class ListedTokens implements Tokens {
  #tokens: (string | undefined)[];

  constructor(size: number) {
    this.#tokens = new Array(size).fill(undefined);
  }

  get(id: number): string | undefined {
    return this.#tokens[id];
  }

  set(id: number, token: string): void {
    this.#tokens[id] = token;
  }

  *keys(): Generator<number> {
    for (const [id, token] of this.#tokens.entries()) {
      if (token !== undefined) yield id;
    }
  }
}
