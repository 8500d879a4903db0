/** Token to id. */
export type Vocabulary = ReadonlyMap<string, number>;

/** What no pipeline of ours sets. */
export const plain = { version: "1.0", truncation: null, padding: null };

/** Entries of `added_tokens` for those of the tokens that the vocabulary has. */
export function specialTokens(tokens: readonly string[], vocab: Vocabulary): object[] {
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
