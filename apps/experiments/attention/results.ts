import type { AttentionSample, ModelAlignments } from "./alignments.ts";
import type { Interval, PairedComparison } from "./bootstrap.ts";
import type { Architecture, ExperimentConfig } from "./config.ts";
import type { DataSummary } from "./data.ts";
import type { LearnedPositions } from "./learned_positions.ts";
import type { TrainingSummary } from "./training.ts";

/** Where and when something was measured. */
export interface Machine {
  /** Processor, cores, memory. */
  readonly hardware: string;
  /** Programs and their versions. */
  readonly versions: string;
  /** Day, as in 2015-05-19. */
  readonly date: string;
}

/** Scores of some sentences. */
export interface BinScore {
  /** BLEU. */
  readonly bleu: number;
  /** 95 % confidence interval of BLEU. */
  readonly interval: Interval;
  /** chrF. */
  readonly chrf: number;
}

/** Sentences of one range of lengths, and how well each model translates them. */
export interface LengthBin {
  /** Fewest words of the source. */
  readonly least: number;
  /** Most words; absent for the last bin. */
  readonly most?: number;
  /** Number of sentences. */
  readonly sentences: number;
  /** Mean words of the source. */
  readonly meanWords: number;
  /** By architecture. */
  readonly scores: Readonly<Record<Architecture, BinScore>>;
}

/** Scores of the test set. */
export interface Scores {
  /** How BLEU is computed. */
  readonly bleuSignature: string;
  /** How chrF is computed. */
  readonly chrfSignature: string;
  /** All sentences, and those over `longerThan` words. */
  readonly all: LengthBin;
  readonly long: LengthBin;
  /** Short to long; only those that have sentences. */
  readonly bins: readonly LengthBin[];
  /** RNNsearch against RNNencdec on the long sentences. */
  readonly attentionOnLong: PairedComparison;
  /** The Transformer against RNNsearch on all sentences. */
  readonly transformerOnAll: PairedComparison;
}

/** A sentence and what the models made of it. */
export interface TranslationSample {
  readonly words: number;
  readonly source: string;
  readonly reference: string;
  readonly translations: Readonly<Record<Architecture, string>>;
}

/** All that a run found out but the timings. */
export interface Results {
  /** The command that made them. */
  readonly command: string;
  readonly config: ExperimentConfig;
  readonly machine: Machine;
  /** Tokens of the vocabulary. */
  readonly vocabSize: number;
  readonly data: DataSummary;
  readonly parameters: Readonly<Record<Architecture, number>>;
  readonly training: Readonly<Record<Architecture, TrainingSummary>>;
  /** Seconds of translating the test set. */
  readonly translationSeconds: Readonly<Record<Architecture, number>>;
  readonly scores: Scores;
  readonly samples: readonly TranslationSample[];
  readonly alignments: {
    /** Pairs with a gold alignment. */
    readonly pairs: number;
    /** Error rate of straight diagonals. */
    readonly diagonal: number;
    readonly rnnsearch: ModelAlignments;
    readonly transformer: ModelAlignments;
    /** The same pairs by both models; the last is a translation of the model's own. */
    readonly samples: readonly {
      readonly rnnsearch: AttentionSample;
      readonly transformer: AttentionSample;
    }[];
  };
  readonly positions: LearnedPositions;
}

/** Times at one length and batch. */
export interface Timing {
  readonly architecture: Architecture;
  /** Sentences. */
  readonly batch: number;
  /** Tokens of each source and target. */
  readonly length: number;
  /** Milliseconds of a training step. */
  readonly stepMs: number;
  /** Milliseconds of translating, the encoder included, for each token of one sentence. */
  readonly decodeMsPerToken: number;
}

/** What `--timings` measured. */
export interface Timings {
  /** The command that made them. */
  readonly command: string;
  readonly machine: Machine;
  /** Times each was measured; the least counts. */
  readonly rounds: number;
  readonly timings: readonly Timing[];
}
