/** How {@linkcode runBatches} runs. */
export interface RunBatchesOptions<Batch> {
  /** Most batches under way at once. */
  readonly concurrency: number;
  /** Ends everything with its reason. */
  readonly signal?: AbortSignal;
  /** Runs a batch; its signal is also aborted when another batch fails. */
  readonly run: (batch: Batch, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * Runs batches in order, several at once. After a failure or an abort no further batch begins, and
 * those under way are told to end and waited for: nothing runs any more when the promise settles.
 *
 * @throws The signal's reason when it is aborted, else what the first batch to fail threw.
 */
export async function runBatches<Batch>(
  batches: readonly Batch[],
  { concurrency, signal, run }: RunBatchesOptions<Batch>,
): Promise<void> {
  const lanes = Math.min(concurrency, batches.length);
  const failure = new AbortController();
  const stop = lanes > 1
    ? AbortSignal.any(signal ? [signal, failure.signal] : [failure.signal])
    : signal; // whatever fails is alone
  const failures: unknown[] = [];
  let next = 0;
  const runLane = async (): Promise<void> => {
    try {
      while (next < batches.length) {
        stop?.throwIfAborted();
        await run(batches[next++], stop);
      }
    } catch (error) {
      failures.push(error);
      failure.abort(error);
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  if (failures.length === 0) return;
  signal?.throwIfAborted();
  throw failures[0];
}
