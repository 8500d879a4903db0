import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { alignmentErrorRate } from "./alignment.ts";
import { formatPharaoh, parsePharaoh } from "./alignment_pharaoh.ts";

const rate = (found: string[], references: string[]) =>
  alignmentErrorRate(found.map(parsePharaoh), references.map(parsePharaoh));

Deno.test("alignmentErrorRate() is 0 for the sure links, with or without possible ones", () => {
  assertEquals(rate(["0-0 1-1"], ["0-0 1-1 1?2"]).errorRate, 0);
  assertEquals(rate(["0-0 1-1 1-2"], ["0-0 1-1 1?2"]).errorRate, 0);
});

Deno.test("alignmentErrorRate() is 1 where nothing agrees, also where nothing was found", () => {
  assertEquals(rate(["0-1"], ["0-0"]).errorRate, 1);
  assertEquals(rate([""], ["0-0"]), { errorRate: 1, precision: 0, recall: 0, found: 0, sure: 1 });
});

// nltk 3.9.2: alignment_error_rate(reference=sure, hypothesis=found, possible=sure | possible)
Deno.test("alignmentErrorRate() equals nltk's", () => {
  const score = rate(["0-0 1-1 2-1 3-4"], ["0-0 1-1 1?2 2?1 4-3"]);
  assertAlmostEquals(score.errorRate, 0.2857142857142857, 1e-12);
  assertEquals([score.precision, score.recall], [3 / 4, 2 / 3]);
});

Deno.test("alignmentErrorRate() sums counts over sentences and counts a link once", () => {
  const score = rate(["0-0 0-0", "0-0 1-1"], ["0-0", "0-0 1?1 2-2 3-3"]);
  assertAlmostEquals(score.errorRate, 1 - (2 + 3) / (3 + 4));
});

Deno.test("alignmentErrorRate() names what cannot be compared", () => {
  assertThrows(() => rate(["0-0"], []), RangeError, "1 alignments against 0 references");
  assertThrows(() => rate([], []), RangeError, "at least one");
  assertThrows(() => rate([""], ["0?0"]), RangeError, "no link");
});

Deno.test("parsePharaoh() and formatPharaoh() are inverse up to order", () => {
  assertEquals(formatPharaoh(parsePharaoh(" 3?1\t0-0  0-10 0-2\n")), "0-0 0-2 0-10 3?1");
  assertEquals(parsePharaoh(""), []);
});

Deno.test("parsePharaoh() and formatPharaoh() reject what is no link", () => {
  for (const bad of ["1", "1-", "-1-2", "1–2", "1-2-3", "a-b", "1.5-2", "1p2"]) {
    assertThrows(() => parsePharaoh(bad), SyntaxError, "Cannot read the alignment link");
  }
  assertThrows(() => formatPharaoh([{ source: -1, target: 0 }]), RangeError, "-1-0");
  assertThrows(() => formatPharaoh([{ source: 0, target: NaN }]), RangeError, "0-NaN");
});
