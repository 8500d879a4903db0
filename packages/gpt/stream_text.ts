import { type GenerateOptions, type Hypothesis, streamTokens } from "@heed/search";
import { StreamingDecoder, type Tokenizer } from "@heed/tokenizer";

/** What continues prompts: `GptModel` here, `CausalEngine` of `@heed/engine`. */
export interface PromptModel {
  /** Sizes and special tokens. */
  readonly config: { readonly eosTokenId: number; readonly maxPositionEmbeddings: number };
  /**
   * Continues prompts.
   *
   * @param promptIds Ids of each prompt.
   * @param options How to search.
   * @returns For every prompt its best continuations.
   */
  generate(
    promptIds: readonly (readonly number[])[],
    options?: GenerateOptions,
  ): Promise<Hypothesis[][]>;
}

/** Options of {@linkcode streamText}. */
export interface StreamTextOptions
  extends Omit<GenerateOptions, "onToken" | "numReturnSequences" | "maxNewTokens"> {
  /** Most tokens that are written; by default as many as the model has positions for. */
  readonly maxNewTokens?: number;
  /** The text ends before the first of these. */
  readonly stop?: readonly string[];
}

/**
 * Continues a text, piece by piece as it is written; never half a character, and nothing that may yet be the
 * beginning of a stop string.
 *
 * @param model What writes.
 * @param prompt The text to go on from. An empty one stands for the beginning of a text.
 * @param options The tokenizer, how to search, where to stop.
 * @returns Pieces of the continuation; joined they are all of it. Leaving the loop ends the search.
 * @throws {RangeError} When the prompt fills the model's positions, or an option is out of range.
 *
 * @example
 * ```ts
 * import { streamText } from "@heed/gpt";
 * import { CausalEngine } from "@heed/engine";
 * import { byteLevelPipeline, PipelineTokenizer } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await CausalEngine.load("testdata/engine/gpt2", { dtype: "fp32", threads: 1 });
 * // As many letters as the tiny model has tokens.
 * const letters = Array.from({ length: 83 }, (_, i) => String.fromCharCode(0xc0 + i));
 * const vocab = new Map(letters.map((letter, id) => [letter, id]));
 * const tokenizer = PipelineTokenizer.fromJson(byteLevelPipeline({ vocab, merges: [] }));
 * const pieces = await Array.fromAsync(
 *   streamText(model, "", { tokenizer, maxNewTokens: 3, numBeams: 1 }),
 * );
 * assertEquals(pieces.join("").length <= 3, true);
 * ```
 */
export async function* streamText(
  model: PromptModel,
  prompt: string,
  { tokenizer, stop = [], signal, ...options }: StreamTextOptions & {
    readonly tokenizer: Tokenizer;
  },
): AsyncGenerator<string, void> {
  const { eosTokenId, maxPositionEmbeddings } = model.config;
  const { ids } = tokenizer.encode(prompt);
  const promptIds = ids.length > 0 ? ids : [eosTokenId];
  if (promptIds.length > maxPositionEmbeddings) {
    throw new RangeError(
      `Cannot continue a prompt of ${promptIds.length} tokens: the model has ` +
        `${maxPositionEmbeddings} positions; shorten the prompt`,
    );
  }
  const decoder = new StreamingDecoder(tokenizer, { skipSpecialTokens: true });
  const cutter = new StopCutter(stop);
  const tokens = streamTokens(
    (hooks) => model.generate([promptIds], { ...options, ...hooks }),
    { signal },
  );
  for await (const { id } of tokens) {
    if (id === eosTokenId) break;
    const piece = cutter.push(decoder.push(id));
    if (piece !== "") yield piece;
    if (cutter.isStopped) return;
  }
  const rest = cutter.push(decoder.finish()) + cutter.finish();
  if (rest !== "") yield rest;
}

/** Cuts a text that comes in pieces before the first stop string. */
class StopCutter {
  /** Whether a stop string was found. */
  isStopped = false;
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  /** Takes a piece, and gives what can be given. */
  push(piece: string): string {
    if (this.isStopped) return "";
    const text = this.#held + piece;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.isStopped = true;
      this.#held = "";
      return text.slice(0, Math.min(...found));
    }
    const end = text.length - this.#beginnings(text);
    this.#held = text.slice(end);
    return text.slice(0, end);
  }

  /** What was held back: there is no more. */
  finish(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }

  /** Length of the longest end of a text that a stop string begins with. */
  #beginnings(text: string): number {
    const longest = Math.max(0, ...this.#stops.map(({ length }) => length - 1));
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const end = text.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
