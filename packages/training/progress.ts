/** How far a run is: figures for a progress bar. */
export interface TrainingProgress {
  /** Steps taken. */
  readonly step: number;
  /** Steps in all; undefined when only epochs are given. */
  readonly totalSteps?: number;
  /** Target tokens per second, over the last steps. */
  readonly tokensPerSecond: number;
  /** Seconds that the rest will take at this pace; undefined without `totalSteps`. */
  readonly secondsLeft?: number;
  /** Mean loss per target token of the step. */
  readonly loss: number;
}

/** Weight of the past in the running averages: about the last 20 steps count. */
const DECAY = 0.95;

/** Follows the pace of a run: averages of tokens and seconds that forget with time. */
export function createPace(
  { totalSteps, now = () => performance.now() }: { totalSteps?: number; now?: () => number },
): (at: { step: number; loss: number; tokens: number }) => TrainingProgress {
  let last = now(), seconds = 0, tokens = 0, weight = 0;
  return (at) => {
    const time = now();
    seconds = seconds * DECAY + (time - last) / 1000;
    tokens = tokens * DECAY + at.tokens;
    weight = weight * DECAY + 1;
    last = time;
    const tokensPerSecond = seconds > 0 ? tokens / seconds : 0;
    const progress = { step: at.step, loss: at.loss, tokensPerSecond };
    if (totalSteps === undefined) return progress;
    const secondsLeft = Math.max(0, totalSteps - at.step) * seconds / weight;
    return { ...progress, totalSteps, secondsLeft };
  };
}
