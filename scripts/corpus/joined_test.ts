import { assertEquals } from "@std/assert";
import { Joiner } from "./joined.ts";
import type { Pair } from "./pair.ts";

const pair = (source: string, target: string, document = "a/b"): Pair => ({
  source,
  target,
  document,
});

function joinAll(pairs: readonly Pair[], options: { share: number; maxWords: number }): Pair[] {
  const joiner = new Joiner(options);
  return [...pairs.flatMap((pair) => joiner.add(pair)), ...joiner.end()];
}

Deno.test("Joiner makes texts of sentences that follow each other in a document", () => {
  const pairs = [
    pair("Open it.", "Öffne es."),
    pair("Is it “open?”", "Ist es „offen?“"),
    pair("Yes!", "Ja!", "a/c"),
    pair("Then close it.", "Dann schließe es.", "a/c"),
    pair("File", "Datei", "a/c"),
    pair("Save it.", "Speichere es.", "a/c"),
  ];
  assertEquals(joinAll(pairs, { share: 1, maxWords: 15 }), [
    pair("Open it. Is it “open?”", "Öffne es. Ist es „offen?“"),
    pair("Yes! Then close it.", "Ja! Dann schließe es.", "a/c"),
    pair("File", "Datei", "a/c"),
    pair("Save it.", "Speichere es.", "a/c"),
  ]);
  assertEquals(joinAll(pairs, { share: 0, maxWords: 15 }), pairs);
});

Deno.test("Joiner keeps to the share and to the length, and draws the same every time", () => {
  const pairs = Array.from({ length: 3000 }, (_, i) => pair(`This is number ${i}.`, `Nr. ${i}.`));
  const made = joinAll(pairs, { share: 0.1, maxWords: 40 });
  assertEquals(made, joinAll(pairs, { share: 0.1, maxWords: 40 }));
  assertEquals(
    made.map(({ source }) => source).join(" "),
    pairs.map(({ source }) => source).join(" "),
    "nothing is lost, and all is in order",
  );
  const lengths = made.map(({ source }) => source.split(" ").length);
  assertEquals(Math.max(...lengths), 40);
  const texts = lengths.filter((length) => length > 4).length;
  const share = texts / made.length;
  assertEquals(share > 0.08 && share < 0.12, true, `${share} of the lines are texts`);
});
