import type { TranslateOptions, Translation } from "../translation.ts";
import { dropMnemonics, putBackMnemonics, takeOutMnemonics } from "./mnemonics.ts";

/**
 * Translates labels that may mark a letter, `&File`, without their marks.
 *
 * @param texts The labels.
 * @param options As for any texts; `mnemonics` says what becomes of the marks.
 * @param translate Translates texts without marks.
 * @returns Their translations.
 */
export async function translateMnemonics(
  texts: readonly string[],
  { mnemonics, alignment, ...options }: TranslateOptions,
  translate: (texts: readonly string[], options: TranslateOptions) => Promise<Translation[][]>,
): Promise<Translation[][]> {
  const labels = texts.map((source) => ({ source, ...takeOutMnemonics(source) }));
  const keeps = mnemonics === "keep" && labels.some(({ letters }) => letters.length > 0);
  const results = await translate(labels.map(({ text }) => text), {
    ...options,
    alignment: alignment || keeps,
  });
  return results.map((ranked, i) =>
    ranked.map((one) => {
      const made = mnemonics === "keep"
        ? putBackMnemonics(one, labels[i])
        : dropMnemonics(one, labels[i]);
      const { alignment: _, ...plain } = made;
      return alignment ? made : plain;
    })
  );
}
