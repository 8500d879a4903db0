import { commonPrefixLength, generate, type GenerateOptions, type Hypothesis } from "@heed/search";
import type { AttentionMaps, CausalConfig } from "@heed/model";
import type { EngineThread, PackedModel } from "../packing/pack_model.ts";
import { readAttentionMaps } from "../programs/attention_maps.ts";
import { DecoderRows } from "../programs/decoder_rows.ts";
import { Projection } from "../programs/projection.ts";
import { stepDecoder } from "../seq2seq/step_decoder.ts";

/** What a text gives when it is read at once. */
export interface ReadText {
  /** Logits of the token after each one `[length * vocabSize]`. */
  readonly logits: Float32Array;
  /** Attention of every layer and head, on request. */
  readonly attentions?: AttentionMaps;
}

/** What was read of a text, kept for prompts that begin with it. A plain value: it may be kept, copied and dropped. */
export interface CausalPrefix {
  /** The text's ids. */
  readonly ids: readonly number[];
  /** Keys and values of each token `[tokens][one record]`. */
  readonly records: Float32Array;
}

/** How {@linkcode CausalRuntime.generate} continues prompts. */
export interface CausalGenerateOptions extends GenerateOptions {
  /**
   * What `readPrefix` gave: tokens that a prompt begins with as the prefix does are not read again. Changes nothing but
   * the time.
   */
  readonly prefix?: CausalPrefix;
}

/** A GPT-like decoder on one thread. */
export class CausalRuntime {
  readonly #thread: EngineThread;
  readonly #model: PackedModel;
  readonly #config: CausalConfig;

  constructor(thread: EngineThread, model: PackedModel, config: CausalConfig) {
    this.#thread = thread;
    this.#model = model;
    this.#config = config;
  }

  /** Continues prompts; ids are checked by the caller. */
  async generate(
    promptIds: readonly (readonly number[])[],
    { prefix, ...options }: CausalGenerateOptions,
  ): Promise<Hypothesis[][]> {
    const { eosTokenId } = this.#config;
    const projection = this.#projection();
    const rows = this.#rows(promptIds.length);
    try {
      this.#readBeginnings(rows, promptIds.map((ids) => ids.slice(0, -1)), prefix);
      const decoder = stepDecoder(projection, { vocabSize: this.#config.vocabSize });
      return await generate(decoder, rows, {
        ...options,
        batchSize: promptIds.length,
        promptIds, // the first step reads their last tokens
        eosTokenId,
      });
    } finally {
      rows.free();
      projection.free();
    }
  }

  /** Reads a text for prompts that begin with it. */
  readPrefix(
    ids: readonly number[],
    { prefix }: { prefix?: CausalPrefix },
  ): Promise<CausalPrefix> {
    const rows = this.#rows(1);
    try {
      this.#readBeginnings(rows, [ids], prefix);
      return Promise.resolve({ ids: [...ids], records: rows.keep(0) });
    } finally {
      rows.free();
    }
  }

  /** Reads what the prefix does not know of some texts; any of them may be empty. */
  #readBeginnings(
    rows: DecoderRows,
    texts: readonly (readonly number[])[],
    prefix: CausalPrefix | undefined,
  ): void {
    const known = texts.map((ids) => prefix ? commonPrefixLength(ids, prefix.ids) : 0);
    if (prefix && known.some((count) => count > 0)) rows.begin(prefix.records, known);
    const rest = texts.map((ids, i) => ids.slice(known[i]));
    const counts = rest.map(({ length }) => length);
    if (counts.some((count) => count > 0)) rows.read(rest.flat(), { counts });
  }

  /** Reads one text. */
  read(
    ids: readonly number[],
    { outputAttentions = false }: { outputAttentions?: boolean },
  ): Promise<ReadText> {
    const { heap } = this.#thread;
    const { layers, heads } = this.#model.decoder!;
    const length = ids.length;
    const projection = this.#projection();
    const rows = this.#rows(1);
    const self = outputAttentions ? heap.allocate(layers * length * heads * length * 4) : 0;
    try {
      projection.run(rows.read(ids, { counts: [length], self, stride: length }), length);
      return Promise.resolve({
        logits: projection.logits(length),
        attentions: outputAttentions
          ? readAttentionMaps(heap, self, {
            layers,
            heads,
            tokens: length,
            stride: length,
            queries: length,
            keys: length,
          })
          : undefined,
      });
    } finally {
      heap.free(self);
      rows.free();
      projection.free();
    }
  }

  #rows(count: number): DecoderRows {
    const none = Array.from({ length: count }, () => ({ address: 0, length: 0 }));
    return new DecoderRows(this.#thread, this.#model.decoder!, none);
  }

  #projection(): Projection {
    const { hidden } = this.#model.decoder!;
    const { linear } = this.#model.output!;
    return new Projection(this.#thread, { linear, hidden, vocabSize: this.#config.vocabSize });
  }
}
