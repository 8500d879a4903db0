import type { GenerateOptions, Hypothesis } from "@heed/search";

/** A sentence that waits to be translated. */
export interface Row {
  /** Who asked: rows of different clients take turns. */
  readonly client: string;
  /** Source ids. */
  readonly ids: number[];
  /** Most tokens of the translation. */
  readonly maxNewTokens: number | undefined;
  /** How to search; rows share a batch where it is alike. */
  readonly search: SearchKey;
  /** Set when nobody waits for the row any more. */
  readonly signal: AbortSignal | undefined;
  /** Gives the row's hypotheses. */
  resolve(hypotheses: Hypothesis[]): void;
  /** Says why there are none. */
  reject(reason: unknown): void;
}

/** How a row is searched, and the same as text, to be compared. */
export interface SearchKey {
  readonly options: GenerateOptions;
  readonly key: string;
}

/** What rows have to have alike to be searched together. */
export function searchKey(options: GenerateOptions): SearchKey {
  const { signal: _signal, maxNewTokens: _limit, ...alike } = options;
  return { options: alike, key: JSON.stringify(alike) };
}
