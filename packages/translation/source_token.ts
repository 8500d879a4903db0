import { LanguageError } from "./languages.ts";
import type { TranslationTokenizer } from "./model.ts";

/** How many codes the error lists; some models write more than a hundred languages. */
const LISTED = 40;

/**
 * Checks the token `>>fr<<` with which texts ask for the target language themselves. One that the model does not have
 * would be an unknown word to it, and it would write whichever language it likes.
 *
 * @param texts Sources.
 * @param tokenizer The model's tokenizer; one without language codes may read what it likes.
 * @throws {LanguageError} When a text begins with a token that does not exist; names those that do.
 */
export function checkSourceTokens(
  texts: readonly string[],
  { languageCodes: codes = [] }: TranslationTokenizer,
): void {
  if (codes.length === 0) return;
  for (const text of texts) {
    const code = /^>>([\w-]{1,20})<</.exec(text)?.[1];
    if (code === undefined || codes.includes(code)) continue;
    const more = codes.length > LISTED ? ` and ${codes.length - LISTED} more` : "";
    throw new LanguageError(
      `Cannot translate to >>${code}<<: the model has no such token, it has ` +
        `${codes.slice(0, LISTED).map((known) => `>>${known}<<`).join(" ")}${more}`,
      [],
    );
  }
}
