import { plain, specialTokens, type Vocabulary } from "./_pipeline_json.ts";

/** The special token of the byte-level pipeline. */
export const END_OF_TEXT = "<|endoftext|>";

/**
 * GPT-2's pipeline over a byte-level BPE vocabulary, as `tokenizer.json` holds it.
 *
 * @param trained Token to id, and the merges in their order.
 * @returns The contents of `tokenizer.json`.
 *
 * @example
 * ```ts
 * import { byteLevelPipeline, PipelineTokenizer } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const vocab = new Map(["a", "b", "ab"].map((token, id) => [token, id]));
 * const tokenizer = PipelineTokenizer.fromJson(byteLevelPipeline({ vocab, merges: [["a", "b"]] }));
 * assertEquals(tokenizer.encode("abb").tokens, ["ab", "b"]);
 * ```
 */
export function byteLevelPipeline(
  { vocab, merges }: { vocab: Vocabulary; merges: readonly (readonly [string, string])[] },
): object {
  const byteLevel = {
    type: "ByteLevel",
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  };
  return {
    ...plain,
    added_tokens: specialTokens([END_OF_TEXT], vocab),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: { ...byteLevel, trim_offsets: false },
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocab),
      merges,
    },
  };
}
