import { buildShortlist } from "./build_shortlist.ts";
import type { Shortlist } from "./shortlist.ts";

/** What a shortlist needs of a model's tokenizer; `MarianTokenizer` of `@heed/tokenizer` is one. */
export interface ShortlistTokenizer {
  /** Id of the token that ends a text. */
  readonly eosTokenId: number;
  /** Id of what has no token. */
  readonly unkTokenId: number;
  /** Tokenizes a source; the end token is last. */
  encode(text: string): { ids: number[] };
  /** Tokenizes a target; the end token is last. */
  encodeTarget(text: string): { ids: number[] };
  /** Looks a source token up. */
  tokenToId(token: string): number | undefined;
  /** Names a target token. */
  idToToken(id: number): string | undefined;
}

/** How far {@linkcode trainShortlist} has come. */
export interface ShortlistProgress {
  /** What it does: reads pairs, or aligns them. */
  readonly stage: "read" | "align";
  /** Pairs that were read. */
  readonly pairs: number;
  /** Share of the aligning that is done, from 0 to 1; 0 while pairs are read. */
  readonly share: number;
}

/** Options of {@linkcode trainShortlist}. */
export interface TrainShortlistOptions {
  /** The model's tokenizer. */
  readonly tokenizer: ShortlistTokenizer;
  /** Number of token ids of the model. */
  readonly vocabSize: number;
  /** Likely targets of each source token. Default {@linkcode defaultShortlistSizes}. */
  readonly best?: number;
  /** Most frequent target tokens, which every sentence may use. Default {@linkcode defaultShortlistSizes}. */
  readonly frequent?: number;
  /** Called after every thousand pairs, and several times a second while they are aligned. */
  readonly onProgress?: (progress: ShortlistProgress) => void;
  /** Ends everything with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Sizes of a shortlist that cost no quality: on 600 sentences of its validation text, beam 4, the shipped model has
 * 20.62 BLEU and 48.74 chrF with them, and 20.48 and 48.65 with its whole vocabulary. (With 50 and 200: 20.44 and
 * 48.66; on 300 of the sentences 10 and 50 lose 0.3 of both.)
 */
export const defaultShortlistSizes = { best: 100, frequent: 400 } as const;

/** Tokens of a side above which a pair is left out: its links say little, and cost the square. */
const MAX_TOKENS = 256;

/**
 * Makes a shortlist from parallel text: aligns its tokens, and keeps the likely translations of each.
 *
 * Always allowed are the end token, the unknown token, single bytes, and the most frequent target tokens; and every
 * token that is in the source itself, so that names stay as they are.
 *
 * @param pairs Sources and targets, such as the model's training text; some may be empty.
 * @param options Tokenizer and sizes.
 * @returns The shortlist.
 * @throws {RangeError} When there is no pair, or a size is out of range.
 *
 * @example
 * ```ts
 * import { trainShortlist } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = ["</s>", "<unk>", "the", "house", "book", "das", "Haus", "Buch"];
 * const encode = (text: string) => ({
 *   ids: [...text.split(" ").map((word) => tokens.indexOf(word)), 0],
 * });
 * const tokenizer = {
 *   eosTokenId: 0,
 *   unkTokenId: 1,
 *   encode,
 *   encodeTarget: encode,
 *   tokenToId: (token: string) => tokens.indexOf(token),
 *   idToToken: (id: number) => tokens[id],
 * };
 * const pairs = [["the house", "das Haus"], ["the book", "das Buch"]] as const;
 * const shortlist = await trainShortlist(pairs, {
 *   tokenizer,
 *   vocabSize: 8,
 *   best: 1,
 *   frequent: 1,
 * });
 * const selected = shortlist.select(encode("book").ids);
 * assertEquals([...selected].map((id) => tokens[id]), ["</s>", "<unk>", "book", "das", "Buch"]);
 * ```
 */
export async function trainShortlist(
  pairs: AsyncIterable<readonly [string, string]> | Iterable<readonly [string, string]>,
  options: TrainShortlistOptions,
): Promise<Shortlist> {
  const { tokenizer, vocabSize, onProgress, signal } = options;
  const { best = defaultShortlistSizes.best, frequent = defaultShortlistSizes.frequent } = options;
  checkSize("best", best);
  checkSize("frequent", frequent);
  const { ParallelCorpus, trainAligner } = await import("@heed/alignment");
  const corpus = new ParallelCorpus();
  let read = 0;
  for await (const [source, target] of pairs) {
    const sourceIds = tokenizer.encode(source).ids.slice(0, -1);
    const targetIds = tokenizer.encodeTarget(target).ids.slice(0, -1);
    const longer = Math.max(sourceIds.length, targetIds.length);
    if (longer <= MAX_TOKENS) corpus.add(sourceIds, targetIds);
    if (++read % 1000 === 0) {
      signal?.throwIfAborted();
      onProgress?.({ stage: "read", pairs: read, share: 0 });
    }
  }
  if (corpus.pairs === 0) {
    throw new RangeError("Cannot build a shortlist: the text has no pair of source and target");
  }
  const { table } = await trainAligner(corpus, {
    signal,
    onProgress: ({ share }) => onProgress?.({ stage: "align", pairs: read, share }),
  });
  const counts = new Float64Array(vocabSize);
  for (const id of corpus.target) counts[id]++;
  return buildShortlist(table, {
    vocabSize,
    counts,
    best,
    frequent,
    ...shortlistVocabulary(tokenizer, vocabSize),
  });
}

/**
 * What a vocabulary itself says for {@linkcode buildShortlist}.
 *
 * @param tokenizer The model's tokenizer.
 * @param vocabSize Number of token ids of the model.
 * @returns Target ids that are allowed in any case (the end, the unknown token, single bytes), and all source and
 * target ids of the same token.
 *
 * @example
 * ```ts
 * import { shortlistVocabulary } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = ["</s>", "<unk>", "<0x41>", "house"];
 * const { always, copies } = shortlistVocabulary({
 *   eosTokenId: 0,
 *   unkTokenId: 1,
 *   encode: () => ({ ids: [] }),
 *   encodeTarget: () => ({ ids: [] }),
 *   tokenToId: (token) => tokens.indexOf(token),
 *   idToToken: (id) => tokens[id],
 * }, 4);
 * assertEquals([always, copies.at(-1)], [[0, 1, 2], [3, 3]]);
 * ```
 */
export function shortlistVocabulary(
  tokenizer: ShortlistTokenizer,
  vocabSize: number,
): { always: number[]; copies: (readonly [source: number, target: number])[] } {
  const always = [tokenizer.eosTokenId, tokenizer.unkTokenId];
  const copies: (readonly [number, number])[] = [];
  for (let id = 0; id < vocabSize; id++) {
    const token = tokenizer.idToToken(id);
    if (token === undefined) continue;
    if (/^<0x[0-9A-F]{2}>$/i.test(token)) always.push(id);
    const source = tokenizer.tokenToId(token);
    if (source !== undefined) copies.push([source, id]);
  }
  return { always, copies };
}

function checkSize(name: string, size: number): void {
  if (Number.isSafeInteger(size) && size >= 0) return;
  throw new RangeError(`Cannot build a shortlist with ${name} ${size}: give an integer from 0`);
}
