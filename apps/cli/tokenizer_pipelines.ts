/** Pipelines as tokenizer.json holds them, around a vocabulary that was trained or read from a file without one. */

/** Token to id. */
export type Vocabulary = ReadonlyMap<string, number>;

/** The special tokens of BERT's pipeline, in the order in which a trained vocabulary has them. */
export const BERT_TOKENS: readonly string[] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
/** The special token of the byte-level pipeline. */
export const END_OF_TEXT = "<|endoftext|>";
/** The special tokens of the pipeline of words. */
export const WORD_TOKENS: readonly string[] = ["[PAD]", "[UNK]"];

const plain = { version: "1.0", truncation: null, padding: null };

/** Entries of `added_tokens` for those of the tokens that the vocabulary has. */
function specialTokens(tokens: readonly string[], vocab: Vocabulary): object[] {
  return tokens.filter((token) => vocab.has(token))
    .map((content) => ({
      id: vocab.get(content)!,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }))
    .sort((a, b) => a.id - b.id);
}

/** BERT's pipeline over a WordPiece vocabulary. */
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

/** GPT-2's pipeline over a byte-level BPE vocabulary. */
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

/** Lower-cased words without punctuation, as text vectorization in the lessons on sequence models cuts them. */
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
