/** One translation unit: an English text, its translation, and where both come from. */
export interface Pair {
  /** English text: one sentence, phrase or term. */
  readonly english: string;
  /** Its translation. */
  readonly translation: string;
  /** `package/document`; what stands before the first slash is a key of the licence table. */
  readonly document: string;
}

/**
 * Name of the package, or of the collection, that a pair comes from.
 *
 * @param pair The pair.
 * @returns What stands before the first slash of its document.
 */
export function packageOf({ document }: Pair): string {
  const slash = document.indexOf("/");
  return slash < 0 ? document : document.slice(0, slash);
}
