/** A sentence and what the shipped weights make of it. */
export interface ShippedSentence {
  /** English. */
  readonly source: string;
  /** German, the best of one path. */
  readonly greedy: { readonly translation: string };
  /** German, the best of four beams, and its score. */
  readonly beam: { readonly translation: string; readonly score: number };
}

const { rows }: { rows: readonly ShippedSentence[] } = JSON.parse(
  await Deno.readTextFile(new URL("../../../testdata/translation/golden.json", import.meta.url)),
);

/** Translations of `packages/model-en-de` by Python's transformers; see testdata/translation/README.md. */
export const shippedSentences = rows;

/** The first of them, which the engine in int8 with a shortlist translates alike. */
export const clearCase: { readonly source: string; readonly translation: string } = {
  source: rows[0].source,
  translation: rows[0].beam.translation,
};
