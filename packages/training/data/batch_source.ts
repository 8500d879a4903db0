/** A batch with what it takes to log it, to keep it when it fails, and to go on after it. */
export interface TrainingBatch<Batch, Position> {
  /** What the model gets. */
  readonly batch: Batch;
  /** Pass over the data that it belongs to, from 0. */
  readonly epoch: number;
  /** Where the batch after it begins: a plain JSON value. */
  readonly position: Position;
  /** What the batch was made of, for people; a plain JSON value. */
  readonly examples: unknown;
}

/** A line of the data that was left out. */
export interface SkippedLine {
  /** Name of the file. */
  readonly file: string;
  /** Number of the line, from 1. */
  readonly line: number;
  /** Why. */
  readonly problem: string;
  /** Pass over the data, from 0. */
  readonly epoch: number;
  /** How many were left out in this pass, this one included. */
  readonly count: number;
}

/** The end of a pass over the data. */
export interface EpochSummary {
  /** The pass, from 0. */
  readonly epoch: number;
  /** Examples that were used: sentence pairs, texts, documents. */
  readonly examples: number;
  /** Lines that were left out. */
  readonly skipped: number;
}

/** Where and how batches begin to come. */
export interface BatchStart<Position> {
  /** Position after the last batch that was used; undefined at the beginning. */
  readonly position?: Position;
  /** Called for each line that is left out; not again for lines that were read before `position`. */
  readonly onSkip?: (line: SkippedLine) => void;
  /** Called at the end of each pass over the data. */
  readonly onEpoch?: (summary: EpochSummary) => void;
}

/**
 * Gives batches from any position on. From the same position it gives the same batches in the same
 * order, whatever came before.
 */
export type BatchSource<Batch, Position> = (
  start: BatchStart<Position>,
) => AsyncIterable<TrainingBatch<Batch, Position>>;
