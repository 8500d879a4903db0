import { plain, specialTokens, type Vocabulary } from "./_pipeline_json.ts";

/** The special tokens of the pipeline of words. */
export const WORD_TOKENS: readonly string[] = ["[PAD]", "[UNK]"];

/**
 * Lower-cased words without punctuation, as text vectorization in the lessons on sequence models cuts
 * them; what `tokenizer.json` holds.
 *
 * @param vocab Token to id.
 * @returns The contents of `tokenizer.json`.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, wordPipeline } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const vocab = new Map(["[UNK]", "dont", "go"].map((token, id) => [token, id]));
 * const tokenizer = PipelineTokenizer.fromJson(wordPipeline(vocab));
 * assertEquals(tokenizer.encode("Don't go!").tokens, ["dont", "go"]);
 * ```
 */
export function wordPipeline(vocab: Vocabulary): object {
  return {
    ...plain,
    added_tokens: specialTokens(WORD_TOKENS, vocab),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Lowercase" },
        { type: "Replace", pattern: { Regex: "[\\p{P}$+<=>^`|~]" }, content: "" },
      ],
    },
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab: Object.fromEntries(vocab), unk_token: "[UNK]" },
  };
}
