import { assertEquals } from "@std/assert";
import { TopCandidates } from "./_top_candidates.ts";

Deno.test("TopCandidates holds what sorting everything would put first", () => {
  let seed = 7;
  const random = () => (seed = Math.imul(seed, 48271) >>> 0) / 2 ** 32;
  for (const capacity of [1, 2, 5, 8, 40]) {
    const rows = [0, 1, 2].map(() =>
      Float32Array.from({ length: 12 }, () => random() < 0.2 ? -Infinity : Math.floor(random() * 9))
    );
    const found = new TopCandidates(capacity);
    rows.forEach((row, beam) => found.offer(beam, row, -beam));
    const sorted = rows
      .flatMap((row, beam) => [...row].map((score, token) => [score - beam, beam, token]))
      .filter(([score]) => score > -Infinity)
      .sort((a, b) => b[0] - a[0]) // stable: of equals the earlier row and token stay first
      .slice(0, capacity);
    const held = Array.from({ length: found.size }, (_, i) => [
      found.logProbs[i],
      found.beams[i],
      found.tokens[i],
    ]);
    assertEquals(held, sorted);
  }
});
