/** What the racing program and its runners say to each other: one line of JSON each way for a round. */

/** Sentences of one race, in a file that every runner reads. */
export interface Workload {
  readonly kind: "translate" | "encode";
  /** By length, so that a batch of neighbours has little padding; longest first, so that threads end together. */
  readonly sentences: readonly Sentence[];
  /** Tokens to generate for each sentence; without it, until the end token. */
  readonly newTokens?: number;
  readonly maxNewTokens: number;
  readonly startTokenId: number;
  readonly eosTokenId: number;
  readonly padTokenId: number;
}

/** One source sentence. */
export interface Sentence {
  /** With the end token. */
  readonly ids: readonly number[];
  readonly text: string;
  readonly words: number;
}

/** How the sentences are to be run. */
export interface Setting {
  readonly batch: number;
  readonly beams: number;
  /** How often the sentences are run in one round; the times are those of one run. */
  readonly repeats: number;
}

/** A runner's first line. */
export interface Hello {
  readonly program: string;
  readonly loadMs: number;
}

/** A runner's answer to a setting. */
export interface Round {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  /** Generated ids of each sentence without the end token; texts where the peer gives no ids. */
  readonly outputs: readonly (readonly number[] | string)[];
}

/** Cuts sentences into batches of neighbours. */
export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, i) => items.slice(i * size, (i + 1) * size),
  );
}
