import { type GenerateOptions, type Hypothesis, streamTokens } from "@heed/search";
import { StreamingDecoder, type Tokenizer } from "@heed/tokenizer";
import { slidingTokens } from "./sliding_tokens.ts";
import { StopCutter } from "./stop_cutter.ts";

/** What continues prompts: `GptModel` here, `CausalEngine` of `@heed/engine`. */
export interface PromptModel<Prefix = unknown> {
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
    options?: GenerateOptions & { readonly prefix?: Prefix },
  ): Promise<Hypothesis[][]>;
}

/** Options of {@linkcode streamText}. */
export interface StreamTextOptions<Prefix = unknown>
  extends Omit<GenerateOptions, "onToken" | "numReturnSequences" | "maxNewTokens" | "seed"> {
  /** Most tokens that are written; by default as many as the model has positions for, and 512 with `sliding`. */
  readonly maxNewTokens?: number;
  /** What is drawn: the same seed gives the same text; default 0. */
  readonly seed?: number;
  /** The text ends before the first of these. */
  readonly stop?: readonly string[];
  /** What is not written, at the beginning of a word or as one; in other letters it may be. */
  readonly badWords?: readonly string[];
  /**
   * Goes on when the model's positions are full, and takes prompts that are longer: the model then reads the newer half
   * of what there is again, and has forgotten the older one. So have penalties and bans of what was there; each half is
   * drawn from a seed of its own. Default false.
   */
  readonly sliding?: boolean;
  /** What `readPrefix` of the model gave: the beginning of the prompt, which need not be read again. */
  readonly prefix?: Prefix;
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
export async function* streamText<Prefix>(
  model: PromptModel<Prefix>,
  prompt: string,
  { tokenizer, stop = [], badWords = [], sliding = false, signal, ...options }:
    & StreamTextOptions<Prefix>
    & { readonly tokenizer: Tokenizer },
): AsyncGenerator<string, void> {
  const { eosTokenId, maxPositionEmbeddings } = model.config;
  const { ids } = tokenizer.encode(prompt);
  const promptIds = ids.length > 0 ? ids : [eosTokenId];
  if (promptIds.length > maxPositionEmbeddings && !sliding) {
    throw new RangeError(
      `Cannot continue a prompt of ${promptIds.length} tokens: the model has ` +
        `${maxPositionEmbeddings} positions; shorten the prompt, or let the model forget its beginning (sliding)`,
    );
  }
  const decoder = new StreamingDecoder(tokenizer, { skipSpecialTokens: true });
  const cutter = new StopCutter(stop);
  const search = {
    ...options,
    bannedSequences: [...options.bannedSequences ?? [], ...bansOf(badWords, tokenizer)],
  };
  const tokens = sliding
    ? slidingTokens(model, promptIds, { ...search, signal })
    : streamTokens((hooks) => model.generate([promptIds], { ...search, ...hooks }), { signal });
  for await (const { id } of tokens) {
    if (id === eosTokenId) break;
    const piece = cutter.push(decoder.push(id));
    if (piece !== "") yield piece;
    if (cutter.isStopped) return;
  }
  const rest = cutter.push(decoder.finish()) + cutter.finish();
  if (rest !== "") yield rest;
}

/** Words as sequences of tokens, at the beginning of a text and after a space. */
function bansOf(words: readonly string[], tokenizer: Tokenizer): number[][] {
  return words.flatMap((word) => {
    if (word.trim() === "") throw new RangeError("Cannot ban an empty word");
    const written = [word, ` ${word}`].map((
      text,
    ) => [...tokenizer.encode(text, { addSpecialTokens: false }).ids]);
    return written.filter((ids) => ids.length > 0);
  });
}
