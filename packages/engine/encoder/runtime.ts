import type { AttentionMaps, EncodedTexts, EncoderConfig } from "@heed/model";
import { ACTIVATION_TANH } from "../kernels/layout.ts";
import type { EngineThread, PackedModel } from "../packing/pack_model.ts";
import { readAttentionMaps } from "../programs/attention_maps.ts";
import { runEncoder } from "../programs/encode.ts";
import { readRows } from "../programs/read_rows.ts";
import { tokenGroups } from "../scheduling/token_groups.ts";
import { pauseIfDue } from "../scheduling/pause.ts";

/** How the states of a text become one vector: the first token's, their mean, or the model's own dense layer. */
export type Pooling = "cls" | "mean" | "pooler";

/** Options of {@linkcode EncoderRuntime.encode}. */
export interface EncodeTextOptions {
  /** Type of each token `[batch][length]`, for models that have types; default 0. */
  readonly tokenTypeIds?: readonly (readonly number[])[];
  /** Also return the attention of every layer and head; default false. */
  readonly outputAttentions?: boolean;
  /** Stops between two groups of texts. */
  readonly signal?: AbortSignal;
}

/** A BERT-like encoder on one thread. */
export class EncoderRuntime {
  readonly #thread: EngineThread;
  readonly #model: PackedModel;
  readonly #config: EncoderConfig;

  constructor(thread: EngineThread, model: PackedModel, config: EncoderConfig) {
    this.#thread = thread;
    this.#model = model;
    this.#config = config;
  }

  /** Encodes texts; ids are checked by the caller. */
  async encode(
    inputIds: readonly (readonly number[])[],
    options: EncodeTextOptions,
  ): Promise<EncodedTexts> {
    const { heap } = this.#thread;
    const stack = this.#model.encoder!;
    const states: Float32Array[] = [], attentions: AttentionMaps[] = [];
    const { outputAttentions = false } = options;
    await this.#run(inputIds, options, (group, encoded) => {
      let first = 0;
      for (const { length } of group) {
        const address = encoded.states + first * stack.hidden * 4;
        states.push(readRows(this.#thread, address, { rows: length, stack }));
        if (outputAttentions) {
          attentions.push(readAttentionMaps(heap, encoded.attentions, {
            layers: stack.layers,
            heads: stack.heads,
            tokens: encoded.tokens,
            stride: encoded.longest,
            first,
            queries: length,
            keys: length,
          }));
        }
        first += length;
      }
    });
    return { states, attentions: outputAttentions ? attentions : undefined };
  }

  /** Encodes texts to one vector each `[hiddenSize]`. */
  async pool(
    inputIds: readonly (readonly number[])[],
    options: EncodeTextOptions & { pooling: Pooling },
  ): Promise<Float32Array[]> {
    const { pooling } = options;
    const stack = this.#model.encoder!;
    const { size, hidden } = stack;
    const vectors: Float32Array[] = [];
    await this.#run(inputIds, { ...options, outputAttentions: false }, (group, { states }) => {
      let address = states;
      for (const { length } of group) {
        vectors.push(
          pooling === "mean"
            ? mean(readRows(this.#thread, address, { rows: length, stack }), size)
            : pooling === "cls"
            ? readRows(this.#thread, address, { rows: 1, stack })
            : this.#dense(address),
        );
        address += length * hidden * 4;
      }
    });
    return vectors;
  }

  /** Runs the encoder over groups of texts and hands each result over before its memory is taken back. */
  async #run(
    inputIds: readonly (readonly number[])[],
    { tokenTypeIds, outputAttentions, signal }: EncodeTextOptions,
    use: (group: readonly (readonly number[])[], encoded: ReturnType<typeof runEncoder>) => void,
  ): Promise<void> {
    const { heap } = this.#thread;
    const hasTypes = this.#config.typeVocabSize > 0;
    let first = 0;
    for (const group of tokenGroups(inputIds)) {
      signal?.throwIfAborted();
      const typeIds = hasTypes
        ? group.map((ids, i) => tokenTypeIds?.[first + i] ?? new Array<number>(ids.length).fill(0))
        : undefined;
      const encoded = runEncoder(this.#thread, this.#model.encoder!, group, {
        typeIds,
        outputAttentions,
      });
      try {
        use(group, encoded);
      } finally {
        heap.free(encoded.states);
        heap.free(encoded.attentions);
      }
      first += group.length;
      await pauseIfDue();
    }
  }

  /** The model's own dense layer with tanh over the first token (Devlin et al. 2019). */
  #dense(state: number): Float32Array {
    const { heap, kernels } = this.#thread;
    const stack = this.#model.encoder!;
    const { hidden } = stack;
    const out = heap.allocate(hidden * 4);
    const scratch = heap.allocate(kernels.linearScratchBytes(1, hidden));
    kernels.linear(state, 1, hidden * 4, this.#model.pooler!, out, hidden * 4, 0, scratch);
    kernels.activate(ACTIVATION_TANH, out, hidden);
    const vector = readRows(this.#thread, out, { rows: 1, stack });
    heap.free(out);
    heap.free(scratch);
    return vector;
  }
}

function mean(rows: Float32Array, size: number): Float32Array {
  const sum = new Float64Array(size);
  rows.forEach((value, i) => sum[i % size] += value);
  return Float32Array.from(sum, (value) => value * size / rows.length);
}
