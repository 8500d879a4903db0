import {
  type GeneratedToken,
  type GenerateOptions,
  type Hypothesis,
  streamTokens,
} from "@heed/search";
import type { PromptModel } from "./stream_text.ts";

/** Options of {@linkcode slidingTokens}. */
export interface SlidingOptions<Prefix> extends Omit<GenerateOptions, "onToken" | "seed"> {
  /** Most tokens that are written; default 512. */
  readonly maxNewTokens?: number;
  /** What is drawn; default 0. */
  readonly seed?: number;
  /** What the model has read of the prompt's beginning. */
  readonly prefix?: Prefix;
}

/**
 * Continues a text beyond the model's positions: whenever they are full, the newer half of them becomes the prompt.
 *
 * @param model What writes.
 * @param promptIds The prompt, of any length.
 * @param options How to search.
 * @returns The tokens, counted through.
 */
export async function* slidingTokens<Prefix>(
  model: PromptModel<Prefix>,
  promptIds: readonly number[],
  { maxNewTokens = 512, minNewTokens = 0, seed = 0, prefix, signal, ...options }: SlidingOptions<
    Prefix
  >,
): AsyncGenerator<GeneratedToken, void> {
  const { maxPositionEmbeddings } = model.config;
  const half = Math.ceil(maxPositionEmbeddings / 2);
  let ids = [...promptIds], written = 0;
  for (let window = 0; written < maxNewTokens; window++) {
    if (ids.length > maxPositionEmbeddings) ids = ids.slice(-half);
    const search = {
      ...options,
      prefix,
      maxNewTokens: maxNewTokens - written,
      minNewTokens: Math.max(0, minNewTokens - written),
      seed: (seed ^ Math.imul(window, 0x9e3779b1)) >>> 0, // the first window's is the seed itself
    };
    const tokens = streamTokens<Hypothesis[][]>(
      (hooks) => model.generate([ids], { ...search, ...hooks }),
      { signal },
    );
    const before = written;
    const seen: number[] = [];
    const hypotheses = yield* counted(tokens, (token) => {
      seen.push(token.id);
      return { ...token, step: before + token.step };
    });
    written += seen.length;
    if (hypotheses[0][0].finished) return;
    ids = [...ids, ...seen];
  }
}

/** The tokens of a search, each changed. */
async function* counted<Result>(
  tokens: AsyncGenerator<GeneratedToken, Result>,
  change: (token: GeneratedToken) => GeneratedToken,
): AsyncGenerator<GeneratedToken, Result> {
  try {
    while (true) {
      const { done, value } = await tokens.next();
      if (done) return value;
      yield change(value);
    }
  } finally {
    // Leaving the loop early ends the search.
    await tokens.return(undefined as never);
  }
}
