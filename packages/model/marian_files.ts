/** What the files of a directory are in which a model lies as Marian writes it, and Firefox Translations ships it. */
export interface MarianFiles {
  /** The weights: `model.enpt.intgemm.alphas.bin`, or Marian's own `model.npz`. */
  readonly weights: string;
  /** The source's pieces: `srcvocab.enja.spm`, or `vocab.enpt.spm` of both sides. */
  readonly sourceVocab: string;
  /** The target's pieces; the same file where both sides share them. */
  readonly targetVocab: string;
  /** Likely targets of each source token: `lex.50.50.enpt.s2t.bin`. */
  readonly shortlist?: string;
  /** The languages that the files' names tell. */
  readonly languages?: { readonly source: string; readonly target: string };
}

/**
 * Tells which of a directory's files are a model in Marian's own form.
 *
 * @param names Names of all files.
 * @returns The files; undefined where weights or vocabulary are not there.
 * @throws {Error} When there are weights of two models.
 */
export function findMarianFiles(names: readonly string[]): MarianFiles | undefined {
  const matching = (pattern: RegExp) => names.filter((name) => pattern.test(name));
  const weights = matching(/^model\.(?:.*\.)?(?:bin|npz)$/);
  const [shared] = matching(/^vocab\..*\bspm$/);
  const sourceVocab = matching(/^srcvocab\..*\bspm$/)[0] ?? shared;
  const targetVocab = matching(/^trgvocab\..*\bspm$/)[0] ?? shared;
  if (weights.length === 0 || !sourceVocab || !targetVocab) return undefined;
  if (weights.length > 1) {
    throw new Error(
      `Cannot choose between ${weights.join(" and ")}: give a directory with one model`,
    );
  }
  const [shortlist] = matching(/^lex\..*\bbin$/);
  // Two codes of the same length stand together: ende, enzh; longer ones (zh_hant) are nowhere in use.
  const pair = /^model\.([a-z]{2,3})([a-z]{2,3})\./.exec(weights[0]);
  return {
    weights: weights[0],
    sourceVocab,
    targetVocab,
    shortlist,
    languages: pair && pair[1].length === pair[2].length
      ? { source: pair[1], target: pair[2] }
      : undefined,
  };
}
