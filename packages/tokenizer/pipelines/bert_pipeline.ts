import { plain, specialTokens, type Vocabulary } from "./_pipeline_json.ts";

export type { Vocabulary };

/** The special tokens of BERT's pipeline, in the order in which a trained vocabulary has them. */
export const BERT_TOKENS: readonly string[] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/**
 * BERT's pipeline over a WordPiece vocabulary, as `tokenizer.json` holds it.
 *
 * @param vocab Token to id; special tokens that it lacks are left out.
 * @param options Whether text is lower-cased.
 * @returns The contents of `tokenizer.json`.
 *
 * @example
 * ```ts
 * import { bertPipeline, PipelineTokenizer } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const vocab = new Map(["[UNK]", "[CLS]", "[SEP]", "a", "cat"].map((token, id) => [token, id]));
 * const tokenizer = PipelineTokenizer.fromJson(bertPipeline(vocab, { lowercase: true }));
 * assertEquals(tokenizer.encode("A cat").tokens, ["[CLS]", "a", "cat", "[SEP]"]);
 * ```
 */
export function bertPipeline(vocab: Vocabulary, { lowercase }: { lowercase: boolean }): object {
  const id = (token: string) => [token, vocab.get(token)];
  return {
    ...plain,
    added_tokens: specialTokens(BERT_TOKENS, vocab),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: vocab.has("[CLS]") && vocab.has("[SEP]")
      ? { type: "BertProcessing", sep: id("[SEP]"), cls: id("[CLS]") }
      : null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocab),
    },
  };
}
