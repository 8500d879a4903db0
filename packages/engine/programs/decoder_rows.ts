import type { EngineThread } from "../packing/pack_model.ts";
import type { PackedStack } from "../packing/stack_packer.ts";

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
  /** Number of tokens that every row has read. */
  length = 0;
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
  }

  /**
   * Reads new tokens of every row.
   *
   * @param ids As many for each row `[rows][count]`.
   * @param options Where attention goes, `[layers][rows * count][heads][stride]`; nowhere by default.
   * @returns Address of the hidden states `[rows * count][stack.hidden]`, valid until the next call.
   * @throws {RangeError} When a row gets longer than the table of positions.
   */
  read(
    ids: ArrayLike<number>,
    { self = 0, cross = 0, stride = 0 }: { self?: number; cross?: number; stride?: number } = {},
  ): number {
    const { heap, kernels } = this.#thread;
    const { address, recordBytes, maxPositions } = this.#stack;
    const rows = this.sources.length, count = ids.length / rows;
    const end = this.length + count;
    if (end > maxPositions) {
      throw new RangeError(
        `Cannot decode position ${end - 1}: the model has ${maxPositions} positions; ` +
          "lower maxNewTokens",
      );
    }
    this.#reserve(end);
    const block = heap.allocate(rows * count * recordBytes);
    this.#blocks.push(block);
    const workspace = this.#ensureWorkspace(rows * count);
    const { integers } = heap.views;
    integers.set(this.#paths, workspace.paths / 4);
    const base = workspace.arguments / 4, most = workspace.tokens;
    for (let token = 0; token < rows * count; token++) {
      const row = Math.floor(token / count), position = this.length + token % count;
      const record = block + token * recordBytes;
      const path = row * this.#capacity + position;
      this.#paths[path] = record;
      integers[workspace.paths / 4 + path] = record;
      const { address, length } = this.sources[row];
      integers[base + token] = ids[token];
      integers[base + most + token] = position;
      integers[base + 2 * most + token] = workspace.paths + row * this.#capacity * 4;
      integers[base + 3 * most + token] = address;
      integers[base + 4 * most + token] = length;
    }
    const argument = (i: number) => workspace.arguments + i * most * 4;
    kernels.decoder(
      address,
      argument(0),
      argument(1),
      argument(2),
      argument(3),
      argument(4),
      rows * count,
      workspace.states,
      self,
      cross,
      stride,
      workspace.scratch,
    );
    this.length = end;
    return workspace.states;
  }

  /**
   * Restricts and reorders the rows.
   *
   * @param rows Old number of every new row; rows may repeat or be dropped.
   */
  select(rows: Int32Array): void {
    const capacity = this.#capacity, { length } = this;
    const paths = new Int32Array(rows.length * capacity);
    rows.forEach((row, i) => {
      const start = row * capacity;
      paths.set(this.#paths.subarray(start, start + length), i * capacity);
    });
    this.#paths = paths;
    this.sources = Array.from(rows, (row) => this.sources[row]);
  }

  /** Gives all memory back. */
  free(): void {
    const { heap } = this.#thread;
    for (const block of this.#blocks.splice(0)) heap.free(block);
    if (this.#workspace) heap.free(this.#workspace.block);
    this.#workspace = undefined;
  }

  /** Makes room for `length` records in every row's list. */
  #reserve(length: number): void {
    if (length <= this.#capacity) return;
    const capacity = Math.max(length, 2 * this.#capacity);
    const rows = this.sources.length;
    const paths = new Int32Array(rows * capacity);
    for (let row = 0; row < rows; row++) {
      const start = row * this.#capacity;
      paths.set(this.#paths.subarray(start, start + this.length), row * capacity);
    }
    this.#paths = paths;
    this.#capacity = capacity;
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
