import type { DevPoint } from "./loss_curves.ts";

/** What a curve is drawn over. */
export type CurveAxis = "tokens" | "seconds";

/** The curve's BLEU at a place, on a straight line between two measurements; none outside of them. */
function bleuAt(curve: readonly DevPoint[], at: number, axis: CurveAxis): number | undefined {
  const next = curve.findIndex((point) => point[axis] >= at);
  if (next < 0 || (next === 0 && curve[0][axis] > at)) return undefined;
  const right = curve[next], left = curve[Math.max(0, next - 1)];
  const part = right === left ? 0 : (at - left[axis]) / (right[axis] - left[axis]);
  return left.bleu! + part * (right.bleu! - left.bleu!);
}

/**
 * Where one curve of BLEU gets ahead of another for good.
 *
 * @returns The first measurement of `curve` from which on it has more BLEU than `other` wherever both were
 * measured; none when it has not at the end.
 */
export function overtaking(
  curve: readonly DevPoint[],
  other: readonly DevPoint[],
  axis: CurveAxis,
): number | undefined {
  let from: number | undefined;
  for (const point of curve.toReversed()) {
    const against = bleuAt(other, point[axis], axis);
    if (against === undefined || point.bleu === undefined) continue;
    if (point.bleu <= against) break;
    from = point[axis];
  }
  return from;
}
