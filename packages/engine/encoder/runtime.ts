import {
  type AttentionMaps,
  type EncodedTexts,
  type EncoderConfig,
  type EncodeTextOptions,
  type LogitsOptions,
  poolStates,
  type PoolTextOptions,
  unitVector,
} from "@heed/model";
import { ACTIVATION_TANH } from "../kernels/layout.ts";
import type { EngineThread, PackedModel } from "../packing/pack_model.ts";
import { readAttentionMaps } from "../programs/attention_maps.ts";
import { runEncoder } from "../programs/encode.ts";
import { runHead } from "../programs/head.ts";
import { readRows } from "../programs/read_rows.ts";
import { tokenGroups } from "../scheduling/token_groups.ts";
import { pauseIfDue } from "../scheduling/pause.ts";

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
    options: PoolTextOptions,
  ): Promise<Float32Array[]> {
    const { pooling, normalize } = options;
    const stack = this.#model.encoder!;
    const { size: hiddenSize, hidden } = stack;
    const vectors: Float32Array[] = [];
    await this.#run(inputIds, options, (group, { states }) => {
      let address = states;
      for (const { length } of group) {
        if (pooling === "pooler") {
          const vector = this.#dense(address);
          vectors.push(normalize ? unitVector(vector) : vector);
        } else {
          const rows = readRows(this.#thread, address, {
            rows: pooling === "cls" ? 1 : length,
            stack,
          });
          vectors.push(poolStates(rows, { hiddenSize, pooling, normalize }));
        }
        address += length * hidden * 4;
      }
    });
    return vectors;
  }

  /** Encodes texts and asks a head; see `EncoderModel` of `@heed/model`. */
  async logits(
    inputIds: readonly (readonly number[])[],
    { task, positions, ...options }: LogitsOptions,
  ): Promise<Float32Array[]> {
    const stack = this.#model.encoder!;
    const heads = this.#model.heads!;
    const head = heads.find((head) => head.task === task) ?? heads[0];
    const logits: Float32Array[] = [];
    await this.#run(inputIds, options, (group, { states }) => {
      let address = states;
      for (const { length } of group) {
        const places = head.reads === "first"
          ? [0]
          : positions?.[logits.length] ?? Array.from({ length }, (_, i) => i);
        const rows = places.map((place) => address + place * stack.hidden * 4);
        logits.push(runHead(this.#thread, head, rows, { stack }));
        address += length * stack.hidden * 4;
      }
    });
    return logits;
  }

  /** Runs the encoder over groups of texts and hands each result over before its memory is taken back. */
  async #run(
    inputIds: readonly (readonly number[])[],
    { tokenTypeIds, outputAttentions, drawBlocks, signal }: EncodeTextOptions,
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
        drawBlocks,
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
