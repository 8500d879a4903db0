import { readLines } from "@heed/checkpoint";

/** A point of a curve: target tokens seen, seconds of steps, and the loss in nats a token. */
export interface LossPoint {
  readonly tokens: number;
  readonly seconds: number;
  readonly loss: number;
}

/** A measurement on the dev set. */
export interface DevPoint extends LossPoint {
  /** BLEU of some of its sentences, translated greedily, where that was asked for. */
  readonly bleu?: number;
}

/** How the loss of a run fell. */
export interface LossCurves {
  /** Target tokens seen. */
  readonly tokens: number;
  /** Wall time with evaluations and checkpoints, in seconds. */
  readonly seconds: number;
  /** Loss of training batches, with label smoothing and dropout; means of neighbouring steps. */
  readonly trainLoss: readonly LossPoint[];
  /** Loss on the dev set, without both. */
  readonly devLoss: readonly DevPoint[];
}

const MOST_POINTS = 60;

interface Entry {
  readonly event: string;
  readonly tokens: number;
  readonly seconds: number;
  readonly loss: number;
  readonly bleu?: number;
}

/** Reads the curves off a training log. */
export async function readLossCurves(path: string): Promise<LossCurves> {
  const entries: Entry[] = [];
  for await (const { text } of readLines(path)) if (text) entries.push(JSON.parse(text));
  return lossCurves(entries);
}

/** The curves of a log's entries. */
export function lossCurves(entries: readonly Entry[]): LossCurves {
  const steps: LossPoint[] = [], devLoss: DevPoint[] = [];
  let tokens = 0, seconds = 0;
  for (const entry of entries) {
    if (entry.event === "step") {
      tokens += entry.tokens;
      seconds += entry.seconds;
      steps.push({ tokens: entry.tokens, seconds: entry.seconds, loss: entry.loss });
    }
    if (entry.event === "evaluation") {
      const { loss, bleu } = entry;
      devLoss.push({ tokens, seconds, loss, ...bleu !== undefined && { bleu } });
    }
  }
  const end = entries.findLast(({ event }) => event === "end");
  return { tokens, seconds: end?.seconds ?? seconds, trainLoss: smooth(steps), devLoss };
}

/** Groups of steps as one point at their end, with the mean over their tokens. */
function smooth(steps: readonly LossPoint[]): LossPoint[] {
  const size = Math.max(1, Math.ceil(steps.length / MOST_POINTS));
  const points: LossPoint[] = [];
  let tokens = 0, seconds = 0;
  for (let start = 0; start < steps.length; start += size) {
    const group = steps.slice(start, start + size);
    const sum = group.reduce((total, step) => total + step.loss * step.tokens, 0);
    const count = group.reduce((total, step) => total + step.tokens, 0);
    tokens += count;
    seconds += group.reduce((total, step) => total + step.seconds, 0);
    points.push({ tokens, seconds, loss: sum / count });
  }
  return points;
}
