import { assertAlmostEquals, assertEquals } from "@std/assert";
import { parsePharaoh } from "@heed/metrics";
import type { AttentionRecord } from "@heed/alignment";
import { diagonalErrorRate, sampleOf, scoreAlignments } from "./alignments.ts";

const pair = { source: ["a", "b"], target: ["x", "y"], links: parsePharaoh("0-1 1-0") };
const record = (head: number, weights: number[]): AttentionRecord => ({
  kind: "cross",
  layer: 1,
  head,
  queryTokens: pair.target,
  keyTokens: pair.source,
  weights: Float32Array.from(weights),
});

Deno.test("scoreAlignments() names the head that aligns best", () => {
  const straight = record(0, [0.9, 0.1, 0.2, 0.8]), crossed = record(1, [0.3, 0.7, 0.6, 0.4]);
  const { heads, best } = scoreAlignments(
    [[{ record: straight, step: "writes" }, { record: crossed, step: "reads" }]],
    [pair],
  );
  assertEquals(heads.map(({ errorRate }) => errorRate), [1, 0]);
  assertEquals([best.layer, best.head, best.step], [1, 1, "reads"]);
  assertEquals(sampleOf(crossed, pair.links).weights, [0.3, 0.7, 0.6, 0.4]);
});

Deno.test("diagonalErrorRate() of a case worked by hand", () => {
  assertEquals(diagonalErrorRate([pair]), 1);
  // Diagonal 0-0 0-1 1-2 1-3; two of its four links are among the three that are sure.
  const long = {
    source: ["a", "b"],
    target: ["w", "x", "y", "z"],
    links: parsePharaoh("0-0 1-3 1-1"),
  };
  assertAlmostEquals(diagonalErrorRate([long]), 1 - (2 + 2) / (4 + 3));
});
