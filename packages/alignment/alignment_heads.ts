import { alignmentErrorRate, type AlignmentLink, type AlignmentScore } from "@heed/metrics";
import type { AlignmentHead, AttentionMaps } from "@heed/model";
import { chooseLinks, type WordMatrix } from "./_choose_links.ts";
import { mergeGroups } from "./_merge_groups.ts";
import { checkAttention } from "./attention_record.ts";
import { groupTokens, marksOf, type WordGroups } from "./words.ts";

/** A sentence pair with its reference alignment and a model's attention. */
export interface AlignmentSample {
  /** Attention of the target over the source; each row is that of the step that produces its token. */
  readonly cross: AttentionMaps;
  /** Source tokens, the end token last. */
  readonly sourceTokens: readonly string[];
  /** Target tokens, the end token last. */
  readonly targetTokens: readonly string[];
  /** Words of the source as the reference counts them. */
  readonly sourceWords: readonly string[];
  /** Words of the target. */
  readonly targetWords: readonly string[];
  /** Sure and possible links between words. */
  readonly reference: readonly AlignmentLink[];
}

/** How well some heads align words. */
export interface AlignmentFigures {
  /** Each target word with the source word that it attends to most. */
  readonly argmax: AlignmentScore;
  /** Every link of at least the weight `threshold`, which is the best of a few. */
  readonly above: AlignmentScore;
  /** That weight. */
  readonly threshold: number;
}

/** One head, or the mean of a layer's, and how well it aligns words. */
export interface HeadScore extends AlignmentFigures {
  /** Decoder layer, from 0. */
  readonly layer: number;
  /** Head, from 0, or the mean of all heads of the layer. */
  readonly head: number | "mean";
  /** Whose attention: 0, that of the step that produces a token, or 1, that of the step that reads it. */
  readonly shift: 0 | 1;
}

/** What {@linkcode chooseAlignmentHeads} finds. */
export interface ChosenHeads extends AlignmentFigures {
  /** Heads whose mean has the lowest error rate, the best one first. */
  readonly heads: readonly AlignmentHead[];
  /** Whose attention. */
  readonly shift: 0 | 1;
  /**
   * Error rate of `argmax` where the heads are chosen on four fifths of the pairs and measured on the other fifth, for
   * each fifth in turn: what to expect of other text. NaN with fewer than 10 pairs.
   */
  readonly crossValidated: number;
  /** Each head by itself, and the mean of each layer. */
  readonly scores: readonly HeadScore[];
}

/** How {@linkcode chooseAlignmentHeads} chooses. */
export interface ChooseHeadsOptions {
  /** Most heads, unless all of a layer are better. Default 4. */
  readonly maxHeads?: number;
  /** Which attention to try. Default both. */
  readonly shifts?: readonly (0 | 1)[];
  /** How much lower the error rate must become for one head more, since a mean is less sharp. Default 0.02. */
  readonly leastGain?: number;
}

const THRESHOLDS = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5];
const FOLDS = 5;

/**
 * Finds the heads of a decoder whose attention to the source aligns words best: the one with the lowest alignment error
 * rate (links by argmax), and those whose addition to the mean lowers it further; or all heads of a layer.
 *
 * @param samples Pairs with references and attention, all of one model.
 * @param options What to try.
 * @returns The heads, and the figures of all.
 * @throws {RangeError} When there are no samples, or when words are not the text of the tokens.
 *
 * @example
 * ```ts
 * import { chooseAlignmentHeads } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * // The second head looks at the word whose translation is read.
 * // deno-fmt-ignore
 * const weights = Float32Array.of(
 *   1, 0, 0,  1, 0, 0,  1, 0, 0,
 *   0, 0, 1,  1, 0, 0,  0, 1, 0,
 * );
 * const { heads, shift, argmax } = chooseAlignmentHeads([{
 *   cross: { weights, layers: 1, heads: 2, queries: 3, keys: 3 },
 *   sourceTokens: ["▁old", "▁house", "</s>"],
 *   targetTokens: ["▁altes", "▁Haus", "</s>"],
 *   sourceWords: ["old", "house"],
 *   targetWords: ["altes", "Haus"],
 *   reference: [{ source: 0, target: 0 }, { source: 1, target: 1 }],
 * }]);
 * assertEquals({ heads, shift, errorRate: argmax.errorRate }, {
 *   heads: [[0, 1]],
 *   shift: 1,
 *   errorRate: 0,
 * });
 * ```
 */
export function chooseAlignmentHeads(
  samples: readonly AlignmentSample[],
  options: ChooseHeadsOptions = {},
): ChosenHeads {
  if (samples.length === 0) {
    throw new RangeError("Cannot choose alignment heads: there are no samples; give at least one");
  }
  const { shifts = [0, 1] } = options;
  const tables = shifts.map((shift) => new HeadTable(samples, shift));
  const all = Array.from(samples.keys());
  const { table, heads } = choose(tables, all, options);
  return {
    heads,
    shift: table.shift,
    ...figuresOf(table, heads),
    crossValidated: crossValidate(tables, options),
    scores: tables.flatMap((table) =>
      table.layers.flatMap((own, layer) => [
        ...own.map((place) => ({
          layer,
          head: place[1],
          shift: table.shift,
          ...figuresOf(table, [place]),
        })),
        { layer, head: "mean" as const, shift: table.shift, ...figuresOf(table, own) },
      ])
    ),
  };
}

/** Which links {@linkcode alignWords} takes. */
export interface AlignWordsOptions extends Pick<ChosenHeads, "heads" | "shift"> {
  /** Least weight of a link; without it each target word takes its strongest link. */
  readonly threshold?: number;
}

/**
 * Aligns the words of a pair by the mean of some heads, such as those that {@linkcode chooseAlignmentHeads} found.
 *
 * @param sample Tokens, words and attention of the pair.
 * @param options Heads, and which links.
 * @returns Links sorted by target, then source.
 * @throws {RangeError} When words are not the text of the tokens.
 *
 * @example
 * ```ts
 * import { alignWords } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = Float32Array.of(0.9, 0.1, 0, 0, 0.3, 0.7, 0, 0, 1);
 * const links = alignWords({
 *   cross: { weights, layers: 1, heads: 1, queries: 3, keys: 3 },
 *   sourceTokens: ["▁front", "▁door", "</s>"],
 *   targetTokens: ["▁Haus", "tür", "</s>"],
 *   sourceWords: ["front", "door"],
 *   targetWords: ["Haustür"],
 * }, { heads: [[0, 0]], shift: 0, threshold: 0.2 });
 * assertEquals(links, [{ source: 0, target: 0 }, { source: 1, target: 0 }]);
 * ```
 */
export function alignWords(
  sample: Omit<AlignmentSample, "reference">,
  { heads, shift, threshold }: AlignWordsOptions,
): AlignmentLink[] {
  return linksOf(heads.map((place) => wordAttention(sample, place, shift)), threshold);
}

/** Links by the mean of some heads. */
function linksOf(matrices: readonly WordMatrix[], threshold?: number): AlignmentLink[] {
  const weights = matrices[0].weights.map((_, i) =>
    matrices.reduce((sum, matrix) => sum + matrix.weights[i], 0) / matrices.length
  );
  return chooseLinks(
    { ...matrices[0], weights },
    threshold === undefined ? {} : { method: "threshold", threshold },
  );
}

/** Attention between words, of every head and every sample; means of heads are means of these. */
class HeadTable {
  /** Heads by layer. */
  readonly layers: readonly (readonly AlignmentHead[])[];
  readonly #merged: readonly (readonly WordMatrix[])[];
  readonly #heads: number;

  constructor(readonly samples: readonly AlignmentSample[], readonly shift: 0 | 1) {
    const { layers, heads } = samples[0].cross;
    this.#heads = heads;
    this.layers = Array.from(
      { length: layers },
      (_, layer) => Array.from({ length: heads }, (_, head) => [layer, head] as const),
    );
    this.#merged = samples.map((sample) =>
      this.layers.flat().map((place) => wordAttention(sample, place, shift))
    );
  }

  /** Alignments of some samples, read off the mean of some heads. */
  align(
    heads: readonly AlignmentHead[],
    places: readonly number[],
    threshold?: number,
  ): AlignmentLink[][] {
    return places.map((place) =>
      linksOf(
        heads.map(([layer, head]) => this.#merged[place][layer * this.#heads + head]),
        threshold,
      )
    );
  }

  score(
    heads: readonly AlignmentHead[],
    places: readonly number[],
    threshold?: number,
  ): AlignmentScore {
    const references = places.map((place) => this.samples[place].reference);
    return alignmentErrorRate(this.align(heads, places, threshold), references);
  }
}

function wordAttention(
  { cross, sourceTokens, targetTokens, sourceWords, targetWords }: Omit<
    AlignmentSample,
    "reference"
  >,
  [layer, head]: AlignmentHead,
  shift: number,
): WordMatrix {
  const { heads, queries, keys } = cross;
  const start = (layer * heads + head) * queries * keys;
  const weights = new Float32Array(queries * keys);
  for (let query = 0; query < queries; query++) {
    // The last token is never read: it keeps the step that produces it.
    const row = start + Math.min(query + shift, queries - 1) * keys;
    weights.set(cross.weights.subarray(row, row + keys), query * keys);
  }
  checkAttention({
    kind: "cross",
    layer,
    head,
    queryTokens: targetTokens,
    keyTokens: sourceTokens,
    weights,
  });
  const marks = marksOf([...targetTokens, ...sourceTokens]);
  const target = groupTokens(targetTokens, { marks, words: targetWords });
  const source = groupTokens(sourceTokens, { marks, words: sourceWords });
  return {
    weights: mergeGroups(weights, { queries: target.groups, keys: source.groups, columns: keys }),
    columns: source.groups.length,
    targets: placesOfWords(target),
    sources: placesOfWords(source),
  };
}

/** Where words are among special tokens; by what the tokens were, for a word may look like one. */
function placesOfWords({ isSpecial }: WordGroups): number[] {
  return isSpecial.flatMap((special, place) => special ? [] : [place]);
}

/** Chooses on some of the samples: greedily, for all sets of heads are too many; or a whole layer. */
function choose(
  tables: readonly HeadTable[],
  places: readonly number[],
  { maxHeads = 4, leastGain = 0.02 }: ChooseHeadsOptions,
): { table: HeadTable; heads: AlignmentHead[] } {
  const found = tables.map((table) => {
    let heads: AlignmentHead[] = [];
    let rate = Infinity;
    while (heads.length < maxHeads) {
      const trials = table.layers.flat().filter((place) => !heads.includes(place)).map((place) => ({
        place,
        rate: table.score([...heads, place], places).errorRate,
      }));
      if (trials.length === 0) break;
      const best = trials.reduce((a, b) => b.rate < a.rate ? b : a);
      if (!(best.rate < rate - (heads.length > 0 ? leastGain : 0))) break;
      heads.push(best.place);
      rate = best.rate;
    }
    for (const layer of table.layers) {
      const mean = table.score(layer, places).errorRate;
      if (mean < rate - leastGain) [heads, rate] = [[...layer], mean];
    }
    return { table, heads, rate };
  });
  return found.reduce((a, b) => b.rate < a.rate ? b : a);
}

function crossValidate(tables: readonly HeadTable[], options: ChooseHeadsOptions): number {
  const { samples } = tables[0];
  if (samples.length < 2 * FOLDS) return NaN;
  const places = Array.from(samples.keys());
  const alignments: AlignmentLink[][] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const { table, heads } = choose(tables, places.filter((i) => i % FOLDS !== fold), options);
    const held = places.filter((i) => i % FOLDS === fold);
    table.align(heads, held).forEach((links, i) => alignments[held[i]] = links);
  }
  return alignmentErrorRate(alignments, samples.map(({ reference }) => reference)).errorRate;
}

function figuresOf(table: HeadTable, heads: readonly AlignmentHead[]): AlignmentFigures {
  const places = Array.from(table.samples.keys());
  const trials = THRESHOLDS.map((threshold) => ({
    threshold,
    above: table.score(heads, places, threshold),
  }));
  return {
    argmax: table.score(heads, places),
    ...trials.reduce((a, b) => b.above.errorRate < a.above.errorRate ? b : a),
  };
}
