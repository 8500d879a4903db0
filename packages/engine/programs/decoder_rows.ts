import type { EngineThread } from "../packing/pack_model.ts";
import type { PackedStack } from "../packing/stack_packer.ts";
import { runFinite } from "./finite.ts";

/** What one row of a decoder looks at beside its own tokens: keys and values of its source. */
export interface RowSource {
  /** Address of the first token's keys and values; 0 in models without a source. */
  readonly address: number;
  /** Number of source tokens. */
  readonly length: number;
}

/**
 * The rows of a decoder and all that they remember.
 *
 * Every token that a row reads leaves a record (keys and values of each layer, or the cells of its SSRUs). A
 * row is the list of its records' addresses, so that beams are copied and reordered without moving a record.
 */
export class DecoderRows {
  /** Source of each row. */
  sources: readonly RowSource[];
  /** Number of tokens that each row has read. */
  lengths: Int32Array;
  readonly #thread: EngineThread;
  readonly #stack: PackedStack;
  /** Addresses of records `[rows][capacity]`. */
  #paths: Int32Array;
  #capacity: number;
  readonly #blocks: number[] = [];
  #workspace: Workspace | undefined;

  constructor(thread: EngineThread, stack: PackedStack, sources: readonly RowSource[]) {
    this.#thread = thread;
    this.#stack = stack;
    this.sources = sources;
    this.#capacity = 32;
    this.#paths = new Int32Array(sources.length * this.#capacity);
    this.lengths = new Int32Array(sources.length);
  }

  /**
   * Reads new tokens: one of each row, or as many as `counts` says.
   *
   * @param ids Those of the first row, then those of the second, and so on `[tokens]`.
   * @param options How many of each row, 1 by default; where attention goes,
   * `[layers][tokens][heads][stride]`, nowhere by default.
   * @returns Address of the hidden states `[tokens][stack.hidden]`, valid until the next call.
   * @throws {RangeError} When a row gets longer than the table of positions, or a state is not finite.
   */
  read(ids: ArrayLike<number>, options: ReadOptions = {}): number {
    const { counts, self = 0, cross = 0, stride = 0 } = options;
    const { heap, kernels } = this.#thread;
    const { recordBytes } = this.#stack;
    const tokens = ids.length;
    this.#reserve(counts);
    const block = heap.allocate(tokens * recordBytes);
    this.#blocks.push(block);
    const workspace = this.#ensureWorkspace(tokens);
    const { integers } = heap.views;
    const paths = workspace.paths / 4, base = workspace.arguments / 4, most = workspace.tokens;
    integers.set(this.#paths, paths);
    let token = 0;
    for (let row = 0; row < this.sources.length; row++) {
      const { address, length } = this.sources[row];
      const list = row * this.#capacity;
      for (let left = counts ? counts[row] : 1; left > 0; left--) {
        const position = this.lengths[row]++;
        const record = block + token * recordBytes;
        this.#paths[list + position] = record;
        integers[paths + list + position] = record;
        integers[base + token] = ids[token];
        integers[base + most + token] = position;
        integers[base + 2 * most + token] = workspace.paths + list * 4;
        integers[base + 3 * most + token] = address;
        integers[base + 4 * most + token] = length;
        token++;
      }
    }
    const argument = (i: number) => workspace.arguments + i * most * 4;
    const { states } = workspace;
    const run = (stack: number) =>
      kernels.decoder(
        stack,
        argument(0),
        argument(1),
        argument(2),
        argument(3),
        argument(4),
        tokens,
        states,
        self,
        cross,
        stride,
        workspace.scratch,
      );
    runFinite(this.#thread, this.#stack, { what: "decoder", states, tokens, run });
    return states;
  }

  /**
   * Copies what a row remembers.
   *
   * @param row Its number.
   * @returns The records of its tokens `[tokens][recordBytes / 4]`.
   */
  keep(row: number): Float32Array<ArrayBuffer> {
    const { floats } = this.#thread.heap.views;
    const size = this.#stack.recordBytes / 4, tokens = this.lengths[row];
    const records = new Float32Array(tokens * size);
    for (let i = 0; i < tokens; i++) {
      const record = this.#paths[row * this.#capacity + i] / 4;
      records.set(floats.subarray(record, record + size), i * size);
    }
    return records;
  }

  /**
   * Lets rows that have read nothing yet begin with what {@linkcode DecoderRows.keep} gave.
   *
   * @param records The records `[tokens][recordBytes / 4]`.
   * @param counts How many of them each row begins with `[rows]`.
   */
  begin(records: Float32Array, counts: readonly number[]): void {
    const { heap } = this.#thread;
    const { recordBytes } = this.#stack;
    this.#reserve(counts);
    const block = heap.allocate(records.length * 4);
    this.#blocks.push(block);
    heap.views.floats.set(records, block / 4);
    counts.forEach((count, row) => {
      for (let i = 0; i < count; i++) {
        this.#paths[row * this.#capacity + i] = block + i * recordBytes;
      }
      this.lengths[row] = count;
    });
  }

  /**
   * Restricts and reorders the rows.
   *
   * @param rows Old number of every new row; rows may repeat or be dropped.
   */
  select(rows: Int32Array): void {
    this.#paths = this.#copyPaths(rows, this.#capacity);
    this.lengths = rows.map((row) => this.lengths[row]);
    this.sources = Array.from(rows, (row) => this.sources[row]);
  }

  /** Gives all memory back. */
  free(): void {
    const { heap } = this.#thread;
    for (const block of this.#blocks.splice(0)) heap.free(block);
    if (this.#workspace) heap.free(this.#workspace.block);
    this.#workspace = undefined;
  }

  /** Makes room in every row's list for the records of new tokens. */
  #reserve(counts: readonly number[] | undefined): void {
    let longest = 0;
    this.lengths.forEach((length, row) => {
      longest = Math.max(longest, length + (counts ? counts[row] : 1));
    });
    const { maxPositions } = this.#stack;
    if (longest > maxPositions) {
      throw new RangeError(
        `Cannot decode position ${longest - 1}: the model has ${maxPositions} positions; ` +
          "lower maxNewTokens",
      );
    }
    if (longest <= this.#capacity) return;
    const capacity = Math.max(longest, 2 * this.#capacity);
    this.#paths = this.#copyPaths(Int32Array.from(this.lengths.keys()), capacity);
    this.#capacity = capacity;
  }

  /** The lists of some rows, with room for `capacity` records each. */
  #copyPaths(rows: Int32Array, capacity: number): Int32Array {
    const paths = new Int32Array(rows.length * capacity);
    rows.forEach((row, i) => {
      const start = row * this.#capacity;
      paths.set(this.#paths.subarray(start, start + this.lengths[row]), i * capacity);
    });
    return paths;
  }

  #ensureWorkspace(tokens: number): Workspace {
    const { heap, kernels } = this.#thread;
    const longestSource = this.sources.reduce((most, { length }) => Math.max(most, length), 0);
    const longestKeys = Math.max(longestSource, this.#capacity);
    const current = this.#workspace;
    const pathBytes = this.#paths.length * 4;
    if (
      current && tokens <= current.tokens && pathBytes <= current.pathBytes &&
      longestKeys <= current.longestKeys
    ) return current;
    if (current) heap.free(current.block);
    const align = (bytes: number) => Math.ceil(bytes / 64) * 64;
    const argumentBytes = align(5 * tokens * 4);
    const stateBytes = align(tokens * this.#stack.hidden * 4);
    const scratchBytes = kernels.decoderScratchBytes(this.#stack.address, tokens, longestKeys);
    const block = heap.allocate(argumentBytes + align(pathBytes) + stateBytes + scratchBytes);
    const paths = block + argumentBytes, states = paths + align(pathBytes);
    return this.#workspace = {
      block,
      tokens,
      pathBytes,
      longestKeys,
      arguments: block,
      paths,
      states,
      scratch: states + stateBytes,
    };
  }
}

/** Options of {@linkcode DecoderRows.read}. */
export interface ReadOptions {
  /** Number of new tokens of each row `[rows]`. */
  readonly counts?: readonly number[];
  /** Address for the self-attention. */
  readonly self?: number;
  /** Address for the cross-attention. */
  readonly cross?: number;
  /** Most keys that a query may have there. */
  readonly stride?: number;
}

/** One block of memory for a call: what it is told, what it gives, what it needs meanwhile. */
interface Workspace {
  readonly block: number;
  /** Tokens that it has room for. */
  readonly tokens: number;
  readonly pathBytes: number;
  readonly longestKeys: number;
  /** Ids, positions, tables, sources, lengths `[5][tokens]`. */
  readonly arguments: number;
  readonly paths: number;
  readonly states: number;
  readonly scratch: number;
}
