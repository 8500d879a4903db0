import { type AttentionRecord, groupTokens } from "@heed/alignment";

/** A sentence in which *it* means one of two nouns. */
export interface Sentence {
  readonly text: string;
  /** The noun that *it* means. */
  readonly noun: string;
  /** The other one. */
  readonly distractor: string;
}

/** What a head's *it* attends to in one sentence. */
export interface Looked {
  readonly noun: number;
  readonly distractor: number;
  /** What a token would get if all got the same. */
  readonly even: number;
}

/** How well a head finds the noun. */
export interface HeadResult {
  readonly layer: number;
  readonly head: number | "mean";
  /** Share of sentences in which *it* attends more to its noun than to the other. */
  readonly accuracy: number;
  /** Share of pairs in which that is so in both sentences. */
  readonly both: number;
  /** Share of pairs in which *it* leans more towards the first noun where it means the first. */
  readonly follows: number;
  /** Share of sentences in which *it* attends more to the second, nearer noun. */
  readonly nearer: number;
  /** Mean weight of a token of the noun. */
  readonly noun: number;
  /** The same of the other noun. */
  readonly distractor: number;
  /** What a token would get if all got the same. */
  readonly even: number;
}

/** Reads the sentences of testdata/coreference. */
export function parseSentences(tsv: string): Sentence[] {
  return tsv.trimEnd().split("\n").map((line, i) => {
    const [text, noun, distractor] = line.split("\t");
    const words = text.toLowerCase().match(/[\p{L}']+/gu) ?? [];
    for (const word of ["it", noun, distractor]) {
      if (words.filter((other) => other === word).length === 1) continue;
      throw new SyntaxError(
        `Cannot read sentence ${i + 1}: ${JSON.stringify(word)} must be in it once`,
      );
    }
    return { text, noun, distractor };
  });
}

/**
 * Attention from *it* to both nouns, averaged over the tokens of *it* and over those of a noun: a noun of more tokens,
 * such as a plural, would win by their number otherwise.
 */
export function lookAt(record: AttentionRecord, { noun, distractor }: Sentence): Looked {
  const { queryTokens, keyTokens, weights } = record;
  const tokensOf = (tokens: readonly string[], word: string) => {
    const { words, groups } = groupTokens(tokens);
    const found = words.findIndex((other) => other.toLowerCase() === word);
    if (found < 0) throw new RangeError(`Cannot find ${JSON.stringify(word)} in the tokens`);
    return groups[found];
  };
  const rows = tokensOf(queryTokens, "it");
  const meanOf = (word: string) => {
    const columns = tokensOf(keyTokens, word);
    const all = rows.flatMap((row) =>
      columns.map((column) => weights[row * keyTokens.length + column])
    );
    return all.reduce((sum, weight) => sum + weight, 0) / all.length;
  };
  return { noun: meanOf(noun), distractor: meanOf(distractor), even: 1 / keyTokens.length };
}

/** Sums up what a head did; sentences 2n and 2n + 1 are a pair. */
export function scoreHead(
  { layer, head }: Pick<HeadResult, "layer" | "head">,
  looked: readonly Looked[],
): HeadResult {
  const isRight = ({ noun, distractor }: Looked) => noun > distractor;
  const pairs = Array.from({ length: looked.length / 2 }, (_, i) => [
    looked[2 * i],
    looked[2 * i + 1],
  ]);
  const share = <T>(items: readonly T[], test: (item: T) => boolean) =>
    items.filter(test).length / items.length;
  const mean = (key: keyof Looked) =>
    looked.reduce((sum, item) => sum + item[key], 0) / looked.length;
  return {
    layer,
    head,
    accuracy: share(looked, isRight),
    both: share(pairs, (pair) => pair.every(isRight)),
    // The second sentence means the other noun: there its distractor is the first noun.
    follows: share(
      pairs,
      ([first, second]) => first.noun - first.distractor > second.distractor - second.noun,
    ),
    nearer: share(pairs, ([{ noun, distractor }]) => distractor > noun) / 2 +
      share(pairs, ([, second]) => isRight(second)) / 2,
    noun: mean("noun"),
    distractor: mean("distractor"),
    even: mean("even"),
  };
}

/** Accuracy of the head that is best on one half of the pairs, on the other half; both ways, averaged. */
export function heldOut(looked: ReadonlyMap<string, readonly Looked[]>): number {
  const half = (items: readonly Looked[], rest: number) =>
    items.filter((_, i) => Math.floor(i / 2) % 2 === rest);
  const accuracy = (items: readonly Looked[]) => scoreHead({ layer: 0, head: 0 }, items).accuracy;
  const results = [0, 1].map((rest) => {
    let best: readonly Looked[] = [], most = -1;
    for (const items of looked.values()) {
      const own = accuracy(half(items, rest));
      if (own > most) [best, most] = [items, own];
    }
    return accuracy(half(best, 1 - rest));
  });
  return (results[0] + results[1]) / 2;
}

/** Probability that the best of some coins is right at least so often. */
export function chanceOfBest(right: number, { of, coins }: { of: number; coins: number }): number {
  let tail = 0, term = 0.5 ** of; // of k = 0
  for (let k = 0; k <= of; k++) {
    if (k >= right) tail += term;
    term *= (of - k) / (k + 1);
  }
  return 1 - (1 - tail) ** coins;
}

/** The head, not the mean of a layer, that is best by one figure. */
export function bestHead(
  results: readonly HeadResult[],
  by: "accuracy" | "follows" | "noun",
): HeadResult {
  return results.filter(({ head }) => head !== "mean").reduce((a, b) => b[by] > a[by] ? b : a);
}
