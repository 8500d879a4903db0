import type { ParallelCorpus } from "./corpus.ts";
import { bestTension } from "./diagonal.ts";
import { addDenominators, countRow, finishDenominators, type Passes } from "./expectation.ts";
import { emptyTable, findOccurrences, type LexicalTable } from "./lexical_table.ts";
import { Shapes } from "./shapes.ts";

/** What an aligner has learned. A plain value. */
export interface AlignmentModel {
  /** Probabilities of target tokens given source tokens. */
  readonly table: LexicalTable;
  /** How strongly links keep to the diagonal; 0 is not at all. */
  readonly tension: number;
  /** Probability that a target token has no source. */
  readonly nullProbability: number;
  /** Log-likelihood of the corpus in nats before each iteration. */
  readonly logLikelihoods: readonly number[];
}

/** How far the training of an aligner has come. */
export interface AlignerProgress {
  /** Iteration that is under way, from 1. */
  readonly iteration: number;
  /** Share of all work that is done, from 0 to 1. */
  readonly share: number;
}

/** Options of {@linkcode trainAligner}. */
export interface AlignerOptions {
  /** Iterations of expectation and maximization. Default 5. */
  readonly iterations?: number;
  /** Tension to begin with; 0 with `learnTension: false` is IBM Model 1. Default 4. */
  readonly tension?: number;
  /** Whether the tension is learned. Default true. */
  readonly learnTension?: boolean;
  /** Probability that a target token has no source, above 0 and below 1. Default 0.08. */
  readonly nullProbability?: number;
  /** Called several times in an iteration. */
  readonly onProgress?: (progress: AlignerProgress) => void;
  /** Ends the training with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Range that the tension is learned in. */
const TENSIONS = { least: 0, most: 20 };
/** Milliseconds of computing after which others get their turn. */
const TURN = 100;

/**
 * Learns which target tokens come from which source tokens: IBM Model 1 (Brown et al. 1993) with a null word and a
 * prior for links near the diagonal (Dyer, Chahuneau & Smith 2013, "A Simple, Fast, and Effective
 * Reparameterization of IBM Model 2", known as fast_align), by expectation maximization from equal probabilities.
 *
 * Unlike fast_align, each step maximizes the expected likelihood in the tension exactly, so that the likelihood never
 * falls, and counts are not smoothed. Eight bytes for each pair of tokens that meet, and some 30 for each token.
 *
 * @param corpus Sentence pairs.
 * @param options Iterations, priors, progress.
 * @returns The model.
 * @throws {RangeError} When the corpus is empty or an option is out of range.
 *
 * @example
 * ```ts
 * import { alignTokens, ParallelCorpus, trainAligner } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const corpus = new ParallelCorpus(); // the house, the book, a book
 * corpus.add([0, 1], [0, 1]); // das Haus
 * corpus.add([0, 2], [0, 2]); // das Buch
 * corpus.add([3, 2], [3, 2]); // ein Buch
 * const model = await trainAligner(corpus);
 * assertEquals([...alignTokens(model, [3, 2], [3, 2])], [0, 1]);
 * ```
 */
export async function trainAligner(
  corpus: ParallelCorpus,
  options: AlignerOptions = {},
): Promise<AlignmentModel> {
  const { iterations = 5, learnTension = true, nullProbability = 0.08, signal } = options;
  let tension = options.tension ?? 4;
  check(corpus, { iterations, tension, nullProbability });
  const occurrences = findOccurrences(corpus);
  const shapes = new Shapes(corpus);
  const { sourceSize, targetSize } = corpus;
  const passes: Passes = {
    corpus,
    occurrences,
    shapes,
    table: emptyTable(corpus, occurrences),
    nullProbability,
    sums: new Float64Array(corpus.target.length),
    row: new Float64Array(targetSize),
    counts: new Float64Array(targetSize),
    rising: new Float64Array(shapes.longestTarget + 1),
    falling: new Float64Array(shapes.longestTarget + 1),
  };
  const logLikelihoods: number[] = [];
  const total = 2 * iterations * corpus.source.length;
  let done = 0, turn = performance.now();
  const giveWay = async (id: number, iteration: number): Promise<void> => {
    done += occurrences.starts[id + 1] - occurrences.starts[id];
    if (performance.now() - turn < TURN) return;
    options.onProgress?.({ iteration, share: done / total });
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    turn = performance.now();
  };
  for (let iteration = 1; iteration <= iterations; iteration++) {
    setTension(passes, tension);
    for (let id = 0; id < sourceSize; id++) {
      addDenominators(passes, id, tension);
      await giveWay(id, iteration);
    }
    logLikelihoods.push(finishDenominators(passes));
    let distance = 0;
    for (let id = 0; id < sourceSize; id++) {
      distance += countRow(passes, id, tension);
      await giveWay(id, iteration);
    }
    if (learnTension) tension = bestTension((t) => shapes.objective(t, distance), TENSIONS);
  }
  signal?.throwIfAborted();
  return { table: passes.table, tension, nullProbability, logLikelihoods };
}

function setTension({ shapes, sums, rising, falling }: Passes, tension: number): void {
  shapes.normalize(tension);
  sums.fill(0);
  for (let m = 1; m < rising.length; m++) {
    rising[m] = Math.exp(tension / m);
    falling[m] = Math.exp(-tension / m);
  }
}

function check(
  { pairs }: ParallelCorpus,
  { iterations, tension, nullProbability }: {
    iterations: number;
    tension: number;
    nullProbability: number;
  },
): void {
  if (pairs === 0) throw new RangeError("Cannot align an empty corpus: add sentence pairs");
  if (!Number.isSafeInteger(iterations) || iterations < 1) {
    throw new RangeError(`Cannot align in ${iterations} iterations: give a positive integer`);
  }
  if (!(tension >= TENSIONS.least && tension <= TENSIONS.most)) {
    throw new RangeError(
      `Cannot align with tension ${tension}: give ${TENSIONS.least} to ${TENSIONS.most}`,
    );
  }
  if (!(nullProbability > 0 && nullProbability < 1)) {
    throw new RangeError(
      `Cannot align with nullProbability ${nullProbability}: give a number above 0 and below 1`,
    );
  }
}
