/**
 * Makes the token that a source begins with to ask a model of several target languages for one of them.
 *
 * @param code The language's code in the model, such as `fr` or `pt_br`
 * @returns The token, `>>fr<<`
 * @throws {RangeError} If the code holds anything but letters, digits, `-` and `_`
 *
 * @example
 * ```ts
 * import { languageToken } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(languageToken("fr"), ">>fr<<");
 * ```
 */
export function languageToken(code: string): string {
  const token = `>>${code}<<`;
  if (codeOf(token) === code) return token;
  throw new RangeError(
    `Cannot make a token of the language code ${
      JSON.stringify(code)
    }: give letters, digits, - and _`,
  );
}

/**
 * Finds the target languages that have a token in a vocabulary.
 *
 * @param tokens The vocabulary's tokens
 * @returns Their codes, in the same order
 *
 * @example
 * ```ts
 * import { languageCodesOf } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(languageCodesOf(["</s>", ">>fr<<", "▁a", ">>pt_br<<"]), ["fr", "pt_br"]);
 * ```
 */
export function languageCodesOf(tokens: Iterable<string>): string[] {
  const codes: string[] = [];
  for (const token of tokens) {
    const code = codeOf(token);
    if (code !== undefined) codes.push(code);
  }
  return codes;
}

/** The code of a target language's token; undefined for any other token. */
function codeOf(token: string): string | undefined {
  return /^>>([\w-]+)<<$/.exec(token)?.[1];
}
