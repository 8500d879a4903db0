import { assertEquals } from "@std/assert";
import { formatPharaoh, parsePharaoh } from "@heed/metrics";
import { symmetrizeAlignments } from "./symmetrize.ts";

// Worked by hand on the grid of both directions.
Deno.test("symmetrizeAlignments() intersects, unites and grows", () => {
  const forward = parsePharaoh("0-0 1-1 2-1 4-3 5-5"),
    backward = parsePharaoh("0-0 1-1 1-2 3-2 5-0");
  const join = (method: "intersection" | "union" | "grow-diag") =>
    formatPharaoh(symmetrizeAlignments(forward, backward, method));
  assertEquals(join("intersection"), "0-0 1-1");
  assertEquals(join("union"), "0-0 1-1 1-2 2-1 3-2 4-3 5-0 5-5");
  // From 1-1 to 2-1 and 1-2; from these to 3-2 and on to 4-3; 5-0 and 5-5 are no neighbours.
  assertEquals(join("grow-diag"), "0-0 1-1 1-2 2-1 3-2 4-3");
});

Deno.test("symmetrizeAlignments() does not grow between words that are both aligned", () => {
  const forward = parsePharaoh("0-0 1-1 0-1"), backward = parsePharaoh("0-0 1-1");
  assertEquals(formatPharaoh(symmetrizeAlignments(forward, backward, "grow-diag")), "0-0 1-1");
});
