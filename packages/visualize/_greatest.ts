/**
 * The greatest measure of some items, and 0 of none.
 *
 * Not `Math.max(...)`: there may be more items than a call may have arguments.
 */
export function greatest<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, measure(item)), 0);
}
