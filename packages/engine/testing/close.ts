import { assertAlmostEquals, assertEquals } from "@std/assert";

/** Asserts that numbers agree with nested golden ones, to a tolerance that grows with their size. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: unknown,
  { tolerance = 1e-4, what = "" }: { tolerance?: number; what?: string } = {},
): void {
  const flat = [expected].flat(Infinity) as number[];
  assertEquals(actual.length, flat.length, what);
  flat.forEach((value, i) =>
    assertAlmostEquals(
      actual[i],
      value,
      tolerance * Math.max(1, Math.abs(value)),
      `${what} element ${i}`,
    )
  );
}
