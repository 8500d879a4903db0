// The prior of Dyer, Chahuneau & Smith 2013 (section 2.1) that words stay about where they were: the weight of source
// position i of n for target position j of m is exp(-tension * |i / n - j / m|), both counted from 1. A tension of 0 is
// IBM Model 1.

/**
 * Distance of two positions from the diagonal, from 0 to 1.
 *
 * @param i Position in the source, from 0.
 * @param j Position in the target, from 0.
 * @param sizes Lengths of source and target.
 */
export function diagonalDistance(i: number, j: number, { n, m }: { n: number; m: number }): number {
  return Math.abs((i + 1) / n - (j + 1) / m);
}

/**
 * Sum of the weights of all source positions for a target position, in closed form: the weights left and right of
 * the diagonal are geometric series (Dyer et al. 2013, section 2.2).
 *
 * @param j Position in the target, from 0.
 * @param sizes Lengths of source and target.
 * @param tension How fast the weight falls, 0 or more.
 */
export function diagonalNormalizer(
  j: number,
  { n, m }: { n: number; m: number },
  tension: number,
): number {
  const share = (j + 1) / m;
  const below = Math.min(n, Math.floor(share * n)); // positions 1 to `below` are left of the diagonal, or on it
  const ratio = Math.exp(-tension / n);
  const left = Math.exp(-tension * (share - below / n)) * series(ratio, below);
  const right = Math.exp(-tension * ((below + 1) / n - share)) * series(ratio, n - below);
  return left + right;
}

/** `1 + ratio + ratio^2 + ...`, `terms` of them. */
function series(ratio: number, terms: number): number {
  return ratio === 1 ? terms : (1 - ratio ** terms) / (1 - ratio);
}

/**
 * Finds the tension that explains posterior links best: the maximum of the concave
 * `-tension * distance - sum of mass * log normalizer`, by golden sections.
 *
 * @param objective That sum for a tension.
 * @param range Least and greatest tension.
 */
export function bestTension(
  objective: (tension: number) => number,
  { least, most }: { least: number; most: number },
): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = least, high = most;
  let a = high - golden * (high - low), b = low + golden * (high - low);
  let atA = objective(a), atB = objective(b);
  while (high - low > 1e-4) {
    if (atA >= atB) {
      high = b;
      [b, atB] = [a, atA];
      atA = objective(a = high - golden * (high - low));
    } else {
      low = a;
      [a, atA] = [b, atB];
      atB = objective(b = low + golden * (high - low));
    }
  }
  return (low + high) / 2;
}
