import {
  type AttentionMaps,
  type CrossAttention,
  type CrossAttentionOptions,
  type EncodedTexts,
  generateTargets,
  scoreTargets,
  selectCrossAttention,
  type Seq2SeqConfig,
} from "@heed/model";
import type { GenerateOptions, Hypothesis } from "@heed/search";
import type { EngineThread, PackedModel } from "../packing/pack_model.ts";
import type { PackedStack } from "../packing/stack_packer.ts";
import { readAttentionMaps } from "../programs/attention_maps.ts";
import { DecoderRows, type RowSource } from "../programs/decoder_rows.ts";
import { runEncoder } from "../programs/encode.ts";
import { readRows } from "../programs/read_rows.ts";
import { GatheredLayers } from "../programs/gathered_layers.ts";
import { Projection } from "../programs/projection.ts";
import { joinShortlists } from "../programs/shortlist.ts";
import { pauseIfDue } from "../scheduling/pause.ts";
import { tokenGroups } from "../scheduling/token_groups.ts";
import { encodeSources, type Sources } from "./sources.ts";
import { stepDecoder } from "./step_decoder.ts";

/** Options of {@linkcode Seq2SeqRuntime.generate}. */
export interface EngineGenerateOptions extends GenerateOptions {
  /**
   * Target ids that may be generated, the end token among them: for all sentences, or a list for each `[batch]`.
   * Default all; fewer make each step quicker. What a sentence gets depends on its own list alone.
   */
  shortlist?: ArrayLike<number> | readonly ArrayLike<number>[];
  /** Whether hypotheses come with their attention: cheaper than `crossAttentions` later, which reads the source again. */
  outputCrossAttention?: boolean;
}

/** A hypothesis, and what it attended to. */
export interface AttendedHypothesis extends Hypothesis {
  /** Attention over the source, on request: what `crossAttention` gives. */
  readonly crossAttention?: CrossAttention;
}

/** {@linkcode EngineGenerateOptions} after the engine has checked them. */
export interface ResolvedGenerateOptions extends GenerateOptions {
  /** Ascending ids for all sentences (one list), or for each `[1 or batch]`. */
  shortlist?: readonly Int32Array[];
  outputCrossAttention?: boolean;
}

/** What a target's decoding gives. */
export interface DecodedTarget {
  /** Logits of the token at each position `[targetLength][vocabSize]`. */
  readonly logits: Float32Array;
  /** Attention of the target over itself, on request; absent in models with SSRUs. */
  readonly selfAttentions?: AttentionMaps;
  /** Attention of the target over the source, on request. */
  readonly crossAttentions?: AttentionMaps;
}

/** An encoder-decoder on one thread: ids in, ids and numbers out. */
export class Seq2SeqRuntime {
  readonly #thread: EngineThread;
  readonly #config: Seq2SeqConfig;
  readonly #encoder: PackedStack;
  readonly #decoder: PackedStack;
  readonly #output: { readonly linear: number; readonly stride: number };
  readonly #layers: GatheredLayers;

  constructor(thread: EngineThread, model: PackedModel, config: Seq2SeqConfig) {
    this.#thread = thread;
    this.#config = config;
    this.#encoder = model.encoder!;
    this.#decoder = model.decoder!;
    this.#output = model.output!;
    this.#layers = new GatheredLayers(thread, this.#output.linear);
  }

  /** Searches for targets; ids are checked by the caller. */
  async generate(
    inputIds: readonly (readonly number[])[],
    { shortlist, outputCrossAttention, ...options }: ResolvedGenerateOptions,
  ): Promise<AttendedHypothesis[][]> {
    const sources = await this.#encodeSources(inputIds, options.signal);
    const projection = this.#projection(shortlist);
    try {
      const { vocabSize } = this.#config;
      const decoder = stepDecoder(projection, { vocabSize, sources: sources.rows });
      const search = { decoder, state: this.#rows(sources) };
      const found = await generateTargets(search, this.#config, {
        ...options,
        batchSize: inputIds.length,
      });
      if (!outputCrossAttention) return found;
      const pairs = found.flatMap((ranked, row) =>
        ranked.map(({ ids }) => ({ source: sources.rows[row], target: ids }))
      );
      const attentions = await this.#attend(pairs, { signal: options.signal });
      let next = 0;
      return found.map((ranked) =>
        ranked.map((hypothesis) => ({ ...hypothesis, crossAttention: attentions[next++] }))
      );
    } finally {
      projection.free();
      sources.free();
    }
  }

  /** Scores given targets. */
  async score(
    inputIds: readonly (readonly number[])[],
    targetIds: readonly (readonly number[])[],
    options: Pick<GenerateOptions, "lengthPenalty" | "signal">,
  ): Promise<Hypothesis[]> {
    const sources = await this.#encodeSources(inputIds, options.signal);
    const projection = this.#projection();
    try {
      const decoder = stepDecoder(projection, { vocabSize: this.#config.vocabSize });
      const search = { decoder, state: this.#rows(sources) };
      return await scoreTargets(search, targetIds, { ...options, config: this.#config });
    } finally {
      projection.free();
      sources.free();
    }
  }

  /** Encodes sources. */
  encode(
    inputIds: readonly (readonly number[])[],
    { outputAttentions = false }: { outputAttentions?: boolean } = {},
  ): Promise<EncodedTexts> {
    const { heap } = this.#thread;
    const stack = this.#encoder;
    const attentions: AttentionMaps[] = [];
    const states = inputIds.map((ids) => {
      const encoded = runEncoder(this.#thread, stack, [ids], { outputAttentions });
      if (outputAttentions) {
        attentions.push(readAttentionMaps(heap, encoded.attentions, {
          layers: stack.layers,
          heads: stack.heads,
          tokens: ids.length,
          stride: ids.length,
          queries: ids.length,
          keys: ids.length,
        }));
      }
      const values = readRows(this.#thread, encoded.states, { rows: ids.length, stack });
      heap.free(encoded.states);
      heap.free(encoded.attentions);
      return values;
    });
    return Promise.resolve({ states, attentions: outputAttentions ? attentions : undefined });
  }

  /** Decodes one given target at once. */
  async decode(
    inputIds: readonly number[],
    targetIds: readonly number[],
    { outputAttentions = false }: { outputAttentions?: boolean } = {},
  ): Promise<DecodedTarget> {
    const { heap } = this.#thread;
    const stack = this.#decoder;
    const sources = await this.#encodeSources([inputIds]);
    const projection = this.#projection();
    const rows = this.#rows(sources);
    const tokens = targetIds.length;
    const stride = Math.max(inputIds.length, tokens);
    const bytes = stack.layers * tokens * stack.heads * stride * 4;
    const usesSelf = outputAttentions && this.#config.decoderAutoreg !== "rnn";
    const self = usesSelf ? heap.allocate(bytes) : 0;
    const cross = outputAttentions ? heap.allocate(bytes) : 0;
    try {
      const read = [this.#config.decoderStartTokenId, ...targetIds.slice(0, -1)];
      const states = rows.read(read, { counts: [tokens], self, cross, stride });
      projection.run(states, tokens);
      const sizes = { layers: stack.layers, heads: stack.heads, tokens, stride, queries: tokens };
      return {
        logits: projection.logits(tokens),
        selfAttentions: usesSelf
          ? readAttentionMaps(heap, self, { ...sizes, keys: tokens })
          : undefined,
        crossAttentions: outputAttentions
          ? readAttentionMaps(heap, cross, { ...sizes, keys: inputIds.length })
          : undefined,
      };
    } finally {
      heap.free(self);
      heap.free(cross);
      rows.free();
      projection.free();
      sources.free();
    }
  }

  /** Attention of given targets over their sources. No token is chosen, so that nothing of the output is computed. */
  async crossAttentions(
    inputIds: readonly (readonly number[])[],
    targetIds: readonly (readonly number[])[],
    options: CrossAttentionOptions & { signal?: AbortSignal },
  ): Promise<CrossAttention[]> {
    const sources = await this.#encodeSources(inputIds, options.signal);
    try {
      const pairs = targetIds.map((target, row) => ({ source: sources.rows[row], target }));
      return await this.#attend(pairs, options);
    } finally {
      sources.free();
    }
  }

  /** Attention of targets over sources that were read; as many targets at once as an encoder reads. */
  async #attend(
    pairs: readonly { source: RowSource; target: readonly number[] }[],
    { signal, ...which }: CrossAttentionOptions & { signal?: AbortSignal },
  ): Promise<CrossAttention[]> {
    const { heap } = this.#thread;
    const stack = this.#decoder;
    const found: CrossAttention[] = [];
    for (const targets of tokenGroups(pairs.map(({ target }) => target))) {
      signal?.throwIfAborted();
      const own = pairs.slice(found.length, found.length + targets.length)
        .map(({ source }) => source);
      const counts = targets.map(({ length }) => length);
      const tokens = counts.reduce((sum, count) => sum + count, 0);
      const stride = Math.max(...own.map(({ length }) => length));
      const rows = new DecoderRows(this.#thread, stack, own);
      const cross = heap.allocate(stack.layers * tokens * stack.heads * stride * 4);
      try {
        const start = this.#config.decoderStartTokenId;
        const read = targets.flatMap((ids) => [start, ...ids.slice(0, -1)]);
        rows.read(read, { counts, cross, stride });
        let first = 0;
        own.forEach(({ length: keys }, row) => {
          const sizes = { layers: stack.layers, heads: stack.heads, tokens, stride };
          const queries = counts[row];
          const maps = readAttentionMaps(heap, cross, { ...sizes, first, queries, keys });
          found.push(selectCrossAttention(maps, this.#config, which));
          first += queries;
        });
      } finally {
        heap.free(cross);
        rows.free();
      }
      await pauseIfDue();
    }
    return found;
  }

  #encodeSources(
    inputIds: readonly (readonly number[])[],
    signal?: AbortSignal,
  ): Promise<Sources> {
    const stacks = { encoder: this.#encoder, decoder: this.#decoder };
    return encodeSources(this.#thread, stacks, inputIds, { signal });
  }

  #rows(sources: Sources): DecoderRows {
    return new DecoderRows(this.#thread, this.#decoder, sources.rows);
  }

  #projection(lists?: readonly Int32Array[]): Projection {
    const { vocabSize } = this.#config;
    const shortlist = lists && { ...joinShortlists(lists, { vocabSize }), layers: this.#layers };
    return new Projection(this.#thread, {
      linear: this.#output.linear,
      hidden: this.#decoder.hidden,
      vocabSize,
      shortlist,
    });
  }
}
