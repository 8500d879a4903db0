import { assertEquals, assertThrows } from "@std/assert";
import { assertCheckpoint, compareCheckpoint, type NamedShapes } from "./checkpoint_map.ts";

const shapes = (entries: Record<string, number[]>): NamedShapes =>
  Object.entries(entries).map(([name, shape]) => [name, { shape }] as const);

Deno.test("assertCheckpoint() passes a checkpoint that fits", () => {
  assertCheckpoint(shapes({ b: [2], a: [] }), shapes({ a: [], b: [2] }));
});

Deno.test("assertCheckpoint() reports everything at once", () => {
  const error = assertThrows(
    () =>
      assertCheckpoint(
        shapes({ a: [2, 3], b: [1], extra: [4], more: [] }),
        shapes({ a: [3, 2], b: [1, 1], gone: [5], lost: [] }),
      ),
    TypeError,
  );
  assertEquals(
    error.message,
    [
      "Cannot load the checkpoint: 2 tensors are missing, 2 unexpected, 2 mis-shaped",
      "missing: gone",
      "missing: lost",
      "unexpected: extra",
      "unexpected: more",
      "mis-shaped: a is [2, 3], expected [3, 2]",
      "mis-shaped: b is [1], expected [1, 1]",
    ].join("\n  "),
  );
});

Deno.test("compareCheckpoint() leaves out what may differ, but not wrong shapes", () => {
  const options = {
    optional: (name: string) => name.startsWith("bias"),
    ignored: (name: string) => name.endsWith("tied"),
  };
  const difference = compareCheckpoint(
    shapes({ "w.tied": [1], bias2: [3] }),
    shapes({ bias1: [1], bias2: [2] }),
    options,
  );
  assertEquals(difference, {
    missing: [],
    unexpected: [],
    misshaped: [{ name: "bias2", expected: [2], actual: [3] }],
  });
});

Deno.test("assertCheckpoint() names twenty tensors and counts the others", () => {
  const needed = Array.from({ length: 1000 }, (_, i) => [`w${i}`, { shape: [1] }] as const);
  const error = assertThrows(
    () => assertCheckpoint([], needed),
    TypeError,
    "1000 tensors are missing",
  );
  const lines = error.message.split("\n  ");
  assertEquals([lines.length, lines[20], lines[21]], [22, "missing: w19", "and 980 more"]);
});

Deno.test("assertCheckpoint() shortens names and shapes of a damaged file", () => {
  const actual = [
    ["a".repeat(5000), { shape: [1] }],
    ["bias", { shape: Array(64).fill(9007199254740991) }],
  ] as const;
  const error = assertThrows(() => assertCheckpoint(actual, [["bias", { shape: [3] }]]), TypeError);
  assertEquals((error as Error).message.length < 400, true);
});
