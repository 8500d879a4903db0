import { plain, specialTokens, type Vocabulary } from "./_pipeline_json.ts";
import { END_OF_TEXT } from "./byte_level_pipeline.ts";

/** The special tokens of the pipeline of characters. */
export const CHARACTER_TOKENS: readonly string[] = ["<unk>", END_OF_TEXT];

/**
 * Each character a token, white space too; what `tokenizer.json` holds.
 *
 * @param vocab Token to id.
 * @returns The contents of `tokenizer.json`.
 *
 * @example
 * ```ts
 * import { characterPipeline, PipelineTokenizer } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const vocab = new Map(["<unk>", "a", "b", "\n"].map((token, id) => [token, id]));
 * const tokenizer = PipelineTokenizer.fromJson(characterPipeline(vocab));
 * const { ids } = tokenizer.encode("ab\nca");
 * assertEquals([...ids], [1, 2, 3, 0, 1]);
 * assertEquals(tokenizer.decode(ids), "ab\na"); // what is unknown is a special token
 * ```
 */
export function characterPipeline(vocab: Vocabulary): object {
  return {
    ...plain,
    added_tokens: specialTokens(CHARACTER_TOKENS, vocab),
    normalizer: null,
    pre_tokenizer: {
      type: "Split",
      pattern: { Regex: "[\\s\\S]" },
      behavior: "Isolated",
      invert: false,
    },
    post_processor: null,
    decoder: { type: "Fuse" },
    model: { type: "WordLevel", vocab: Object.fromEntries(vocab), unk_token: "<unk>" },
  };
}
