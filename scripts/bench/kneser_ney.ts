/**
 * What an n-gram model foretells of a text: interpolated, modified Kneser-Ney smoothing (Chen and Goodman 1998, section
 * 3), over the tokens of a model's tokenizer or over bytes. A language model that learned from the same text has to
 * beat it.
 *
 *     deno run -A scripts/bench/kneser_ney.ts --train a.txt b.txt --dev dev.txt [--tokenizer MODEL] [--most 6]
 *
 * Prints bits per byte of UTF-8 for each order up to `--most`. Every token has some probability: the lowest order is
 * mixed with a uniform one.
 */
import { Command } from "commander";
import { loadTokenizer } from "@heed/model";

/** An n-gram model of some order. */
export class KneserNey {
  readonly #vocabSize: number;
  /** For each order from 1 on: counts of n-grams, and of what follows their beginnings. */
  readonly #orders: readonly Order[];

  /**
   * Counts.
   *
   * @param texts Ids of each text, below 65536.
   * @param options The order, at least 1, and the number of ids.
   */
  constructor(
    texts: readonly ArrayLike<number>[],
    { order, vocabSize }: { order: number; vocabSize: number },
  ) {
    this.#vocabSize = vocabSize;
    // Lower orders count in how many contexts an n-gram was seen, not how often.
    const counts: Map<string, number>[] = [countNgrams(texts, order)];
    for (let length = order - 1; length > 0; length--) {
      const kinds = new Map<string, number>();
      for (const ngram of counts[0].keys()) add(kinds, ngram.slice(1));
      counts.unshift(kinds);
    }
    this.#orders = counts.map(orderOf);
  }

  /**
   * Tells how likely a token is.
   *
   * @param context Ids before it, as a string of their code units.
   * @param id The token.
   * @returns Its probability.
   */
  probability(context: string, id: number): number {
    let p = 1 / this.#vocabSize;
    for (const [i, { counts, discounts, histories }] of this.#orders.entries()) {
      if (context.length < i) break;
      const history = context.slice(context.length - i);
      const seen = histories.get(history);
      if (!seen) break; // nor are longer ones known
      const count = counts.get(history + String.fromCharCode(id)) ?? 0;
      const discounted = count - discounts[Math.min(count, 3)];
      p = (discounted + seen.reserved * p) / seen.total;
    }
    return p;
  }

  /**
   * Measures a text.
   *
   * @param ids The text.
   * @returns Bits of all of its tokens together.
   */
  bits(ids: ArrayLike<number>): number {
    const text = Array.from(ids, (id) => String.fromCharCode(id)).join("");
    let bits = 0;
    for (let i = 0; i < text.length; i++) {
      const context = text.slice(Math.max(0, i + 1 - this.#orders.length), i);
      bits -= Math.log2(this.probability(context, text.charCodeAt(i)));
    }
    return bits;
  }
}

/** N-grams of one length. */
interface Order {
  readonly counts: ReadonlyMap<string, number>;
  /** What is taken from counts of 0, 1, 2, and 3 and more. */
  readonly discounts: readonly number[];
  /** Of what n-grams begin with: the sum of their counts, and what was taken from them. */
  readonly histories: ReadonlyMap<string, { total: number; reserved: number }>;
}

function orderOf(counts: ReadonlyMap<string, number>): Order {
  const having = [0, 0, 0, 0, 0];
  for (const count of counts.values()) if (count < 5) having[count]++;
  const [, n1, n2, n3, n4] = having;
  const y = n1 / (n1 + 2 * n2);
  // Where a text is too small for the formula, half a count.
  const discount = (value: number) => Number.isFinite(value) && value > 0 ? value : 0.5;
  const discounts = [
    0,
    discount(1 - 2 * y * n2 / n1),
    discount(2 - 3 * y * n3 / n2),
    discount(3 - 4 * y * n4 / n3),
  ];
  const histories = new Map<string, { total: number; reserved: number }>();
  for (const [ngram, count] of counts) {
    const history = ngram.slice(0, -1);
    let seen = histories.get(history);
    if (!seen) histories.set(history, seen = { total: 0, reserved: 0 });
    seen.total += count;
    seen.reserved += discounts[Math.min(count, 3)];
  }
  return { counts, discounts, histories };
}

function countNgrams(texts: readonly ArrayLike<number>[], length: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const ids of texts) {
    const text = Array.from(ids, (id) => String.fromCharCode(id)).join("");
    for (let i = 0; i + length <= text.length; i++) add(counts, text.slice(i, i + length));
  }
  return counts;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

async function main(): Promise<void> {
  const program = new Command().requiredOption("--train <file...>").requiredOption("--dev <file>")
    .option("--tokenizer <dir>").option("--most <n>", "greatest order", Number, 6);
  const { train, dev, tokenizer: directory, most } = program.parse(Deno.args, { from: "user" })
    .opts<{ train: string[]; dev: string; tokenizer?: string; most: number }>();
  const utf8 = new TextEncoder();
  const tokenizer = directory === undefined
    ? undefined
    : (await loadTokenizer(directory)).tokenizer;
  const encode = (text: string): ArrayLike<number> =>
    tokenizer ? [...tokenizer.encode(text).ids] : utf8.encode(text);
  const texts: ArrayLike<number>[] = [];
  for (const path of train) texts.push(encode(await Deno.readTextFile(path)));
  const text = await Deno.readTextFile(dev);
  const ids = encode(text), bytes = utf8.encode(text).length;
  const vocabSize = tokenizer?.vocabSize ?? 256;
  console.log(
    `${tokenizer ? "tokens" : "bytes"}: ${ids.length} of ${vocabSize} kinds, ${bytes} bytes`,
  );
  for (let order = 1; order <= most; order++) {
    const bits = new KneserNey(texts, { order, vocabSize }).bits(ids);
    console.log(`order ${order}: ${(bits / bytes).toFixed(4)} bits per byte`);
  }
}

if (import.meta.main) await main();
