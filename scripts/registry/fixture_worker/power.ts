/** A module that only the worker imports. */
export function power(base: number, exponent: number): number {
  return base ** exponent;
}
