/** How often each n-gram of one order occurs. */
export type NgramCounts = Map<string, number>;

/** Counts the n-grams of every order from 1 to `maxOrder` `[maxOrder]`. */
export function countWordNgrams(words: readonly string[], maxOrder: number): NgramCounts[] {
  return Array.from({ length: maxOrder }, (_, i) => {
    const counts: NgramCounts = new Map();
    for (let start = 0; start + i < words.length; start++) {
      // No word contains a space, so the joined words name the n-gram.
      add(counts, i === 0 ? words[start] : words.slice(start, start + i + 1).join(" "));
    }
    return counts;
  });
}

/** Counts the n-grams of characters (code points) of every order from 1 to `maxOrder` `[maxOrder]`. */
export function countCharacterNgrams(text: string, maxOrder: number): NgramCounts[] {
  const starts: number[] = []; // of every code point, and the text's end
  for (let i = 0; i < text.length; i += text.codePointAt(i)! > 0xffff ? 2 : 1) starts.push(i);
  starts.push(text.length);
  return Array.from({ length: maxOrder }, (_, i) => {
    const counts: NgramCounts = new Map();
    for (let start = 0; start + i + 1 < starts.length; start++) {
      add(counts, text.slice(starts[start], starts[start + i + 1]));
    }
    return counts;
  });
}

/** Number of n-grams, repeated ones counted each time. */
export function sumCounts(counts: NgramCounts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Number of n-grams that two texts share. */
export function countMatches(a: NgramCounts, b: NgramCounts): number {
  let matches = 0;
  for (const [ngram, count] of a) matches += Math.min(count, b.get(ngram) ?? 0);
  return matches;
}

/** For every n-gram, the greater of its counts in two texts. */
export function maxCounts(a: NgramCounts, b: NgramCounts): NgramCounts {
  const merged = new Map(a);
  for (const [ngram, count] of b) merged.set(ngram, Math.max(count, merged.get(ngram) ?? 0));
  return merged;
}

function add(counts: NgramCounts, ngram: string): void {
  counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
}
