import { assert, assertEquals } from "@std/assert";
import { makePair } from "./made_language.ts";

Deno.test("makePair() puts the verb to the end of its clause, and says where words went", () => {
  const pairs = Array.from({ length: 50 }, (_, i) => makePair(i, { seed: 3, maxClauses: 1 }));
  for (const { source, target, links } of pairs) {
    const verb = source.findIndex((word) => /s$/.test(word) && source.indexOf("the", 2) > 0);
    const placed = [...links].sort((a, b) => a.source - b.source).map((link) => link.target);
    assertEquals(source.length, target.length);
    assertEquals(placed.toSorted((a, b) => a - b), [...target.keys()]);
    assertEquals(placed.at(-1), target.length - 1);
    assert(placed.includes(target.length - 2) && verb > 0);
    assertEquals(placed.filter((place, i) => place < i).length > 0, true, source.join(" "));
  }
  const { source, target } = pairs[0];
  const meanings = new Map(
    pairs.flatMap((pair) =>
      pair.links.map((link) => [pair.source[link.source], pair.target[link.target]] as const)
    ),
  );
  assertEquals(meanings.get("the"), "das");
  assertEquals(source.map((word) => meanings.get(word)).toSorted(), target.toSorted());
});

Deno.test("makePair() makes the same of the same seed, and long sentences too", () => {
  const lengths = Array.from(
    { length: 200 },
    (_, i) => makePair(i, { seed: 1, maxClauses: 6 }).source.length,
  );
  assertEquals(makePair(7, { seed: 1, maxClauses: 6 }), makePair(7, { seed: 1, maxClauses: 6 }));
  assert(lengths.some((length) => length <= 10) && lengths.some((length) => length > 40));
});
