import type { GeneratedToken } from "./types.ts";

/** What a search is given so that its tokens can be streamed. */
export interface TokenHooks {
  /** To be passed on as the option `onToken`. */
  readonly onToken: (token: GeneratedToken) => void;
  /** To be passed on as the option `signal`. */
  readonly signal: AbortSignal;
}

/**
 * The tokens of a search one by one, as soon as they are certain, for `for await`. Leaving the loop ends the search at
 * its next step; the loop goes on when the search has released what it held.
 *
 * @param start Starts a search with what it is given: {@linkcode generate}, or the `generate` of a model. Called when
 * the first token is asked for; what the search consumes is best made inside.
 * @param options `signal` ends the search with its reason.
 * @returns The tokens; their generator returns what the search does.
 * @throws What the search throws, or the signal's reason.
 *
 * @example
 * ```ts
 * import { generate, type StepDecoder, streamTokens } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * // Counts up from the newest token; 0 ends.
 * const decoder: StepDecoder<null> = {
 *   vocabSize: 4,
 *   step(ids, state) {
 *     const logits = new Float32Array(ids.length * 4);
 *     ids.forEach((id, row) => logits[row * 4 + (id + 1) % 4] = 5);
 *     return Promise.resolve({ logits, state });
 *   },
 *   select: (state) => state,
 *   release: () => {},
 * };
 * const batch = { batchSize: 1, startTokenId: 0, eosTokenId: 0 };
 * const seen: number[] = [];
 * for await (const { id } of streamTokens((hooks) => generate(decoder, null, { ...batch, ...hooks }))) {
 *   seen.push(id);
 *   if (id === 2) break; // takes no further step
 * }
 * assertEquals(seen, [1, 2]);
 * ```
 */
export async function* streamTokens<Result>(
  start: (hooks: TokenHooks) => Promise<Result>,
  { signal }: { signal?: AbortSignal } = {},
): AsyncGenerator<GeneratedToken, Result, void> {
  const controller = new AbortController();
  const tokens: GeneratedToken[] = [];
  let wake = () => {};
  let ended = false;
  const result = start({
    onToken(token) {
      tokens.push(token);
      wake();
    },
    signal: signal ? AbortSignal.any([signal, controller.signal]) : controller.signal,
  });
  // Whoever waits for the result hears of an error; here it only ends the waiting.
  const settled = result.then(() => {}, () => {}).then(() => {
    ended = true;
    wake();
  });
  try {
    while (true) {
      signal?.throwIfAborted();
      const token = tokens.shift();
      if (token) yield token;
      else if (ended) return await result;
      else await new Promise<void>((resolve) => wake = resolve);
    }
  } finally {
    controller.abort();
    await settled;
  }
}
