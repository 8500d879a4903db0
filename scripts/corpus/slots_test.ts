import { assert, assertEquals } from "@std/assert";
import { slotTokens } from "@heed/translation";
import { draw, drawsOf } from "./draw.ts";
import { putSlots, takeSlots } from "./slots.ts";

const pair = (source: string, target: string) => ({ source, target, document: "" });
const always = { share: 1, wordShare: 0, tokens: 8 };

/** Source, target, and both with slots. */
const CASES = [
  ["Hi {name}, %d files.", "%d Dateien, {name}!", "Hi ⟦1⟧, ⟦2⟧ files.", "⟦2⟧ Dateien, ⟦1⟧!"],
  [
    "Open https://a.org now 😆",
    "Jetzt https://a.org öffnen 😆",
    "Open ⟦1⟧ now ⟦2⟧",
    "Jetzt ⟦1⟧ öffnen ⟦2⟧",
  ],
  // Not alike, twice, only a part of a number or name of the other side.
  ["1,234.5 km", "1.234,5 km", "1,234.5 km", "1.234,5 km"],
  ["%s and %s", "%s und %s", "%s and %s", "%s und %s"],
  ["20 years", "Seit 2020", "20 years", "Seit 2020"],
  ["in /etc/x", "in /etc/xy", "in /etc/x", "in /etc/xy"],
  // Apart in the source, overlapping in the target: the second stays.
  ["main.c, c.main", "main.c.main", "⟦1⟧, c.main", "⟦1⟧.main"],
  ["10 MB file", "10 MB-Datei", "⟦1⟧ file", "⟦1⟧-Datei"],
  // What the slots would be mixed up with.
  ["⟦1⟧ of %s", "⟦1⟧ von %s", "⟦1⟧ of %s", "⟦1⟧ von %s"],
] as const;

for (const [source, target, ...expected] of CASES) {
  Deno.test(`putSlots() in ${source} | ${target}`, () => {
    const slotted = putSlots(pair(source, target), always);
    assertEquals([slotted.source, slotted.target], [...expected]);
  });
}

Deno.test("putSlots() puts one or two words that stand alike, and no more slots than it may", () => {
  const names = pair("Anna saw Tom, and Anna saw Berlin.", "Anna sah Tom, und Anna sah Berlin.");
  const words = putSlots(names, { share: 1, wordShare: 1, tokens: 8 });
  assert(words.spans.length >= 1 && words.spans.every((span) => ["Tom", "Berlin"].includes(span)));
  const many = Array.from({ length: 12 }, (_, i) => `{x${i}}`).join(" ");
  const slotted = putSlots(pair(many, many), { ...always, tokens: 3 });
  assertEquals(slotted.source, "⟦1⟧ ⟦2⟧ ⟦3⟧ " + many.slice(many.indexOf("{x3}")));
  assertEquals(putSlots(pair(many, many), { ...always, share: 0 }).spans, []);
});

const PIECES = [
  ..."%s %d %1$s {name} {{x}} $1 ${HOME} --help -v /etc/fstab main.c foo_bar a@b.org".split(" "),
  ..."https://a.b/c <b> </b> &amp; 10:30 2024 10 😆 👍🏽 C:\\x $& $' Tom Anna Berlin x . , !".split(
    " ",
  ),
];
const made = (i: number) => {
  const side = (name: string) =>
    Array.from(
      { length: 1 + Math.floor(draw(`${i} ${name} length`) * 12) },
      (_, j) => PIECES[Math.floor(draw(`${i} ${name} ${j}`) * PIECES.length)],
    ).join(draw(`${i} ${name} space`) < 0.2 ? "" : " ");
  return pair(side("source"), side("target"));
};

Deno.test("every pair that putSlots() makes has each slot once a side, and is itself again when they are put back", () => {
  let withSlots = 0;
  for (let i = 0; i < 5000; i++) {
    const original = made(i);
    const slotted = putSlots(original, { share: 0.7, wordShare: 0.5, tokens: 8 });
    const { source, target, spans } = slotted;
    if (spans.length > 0) withSlots++;
    const used = slotTokens.slice(0, spans.length);
    assertEquals(source.match(/⟦\d⟧/gu) ?? [], used, "in the order of the source");
    assertEquals((target.match(/⟦\d⟧/gu) ?? []).sort(), used);
    assertEquals(takeSlots(source, spans), original.source);
    assertEquals(takeSlots(target, spans), original.target);
  }
  assert(withSlots > 1000, `${withSlots} pairs have slots`);
});

Deno.test("putSlots() draws by the pair and its copy, in the share that is asked for", () => {
  const count = (copy: number) =>
    Array.from(
      { length: 4000 },
      (_, i) => {
        const made = pair(`%s file ${i % 10} ${i}a`, `%s Datei ${i}b`);
        return Number(
          putSlots(made, { ...always, share: 0.3 }, drawsOf(made, copy)).spans.length > 0,
        );
      },
    );
  const [first, second] = [count(0), count(1)];
  const share = first.reduce((a, b) => a + b) / 4000;
  assert(share > 0.27 && share < 0.33, `${share}`);
  assertEquals(count(0), first);
  const both = first.filter((drawn, i) => drawn && second[i]).length / 4000;
  assert(both > 0.07 && both < 0.11, `copies are drawn by themselves: ${both} have slots in both`);
});
