import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { attentionHtml } from "./attention_html.ts";
import { readState, writeState } from "./page/page_state.js";
import { leastShown, strongest, weightsOf, weightsOfToken } from "./page/attention_data.js";
import { madeAttention, madeModel } from "./testing/made_attention.ts";

function dataOf(html: string) {
  const [, json] = /<script type="application\/json" id="attention-data">(.*?)<\/script>/s.exec(
    html,
  )!;
  return JSON.parse(json);
}

Deno.test("attentionHtml() is one file that asks for nothing else", () => {
  const html = attentionHtml(madeModel(20, 2, 2), { title: "</title><script>alert(1)</script>" });
  assert(!/\b(?:src|href)\s*=|@import|url\(|https?:|\bfetch\(|\bimport\(/.test(html));
  assert(html.includes("default-src 'none'"));
  assertEquals(html.match(/<script/g)!.length, 2);
  assert(!html.includes("{{"), "a place in the markup was not filled");
});

Deno.test("attentionHtml() holds tokens and weights that decode to what they were", () => {
  const records = madeModel(30, 2, 3);
  const { groups } = dataOf(attentionHtml(records));
  assertEquals(groups.map(({ kind }: { kind: string }) => kind), [
    "encoder-self",
    "decoder-self",
    "cross",
  ]);
  const expected = records.find((r) => r.kind === "cross" && r.layer === 1 && r.head === 2)!;
  const weights = weightsOf(groups[2], 1, 2);
  expected.weights.forEach((weight, i) => assertAlmostEquals(weights[i], weight, 0.004));
  assertEquals(groups[2].queries[1], "▁Tier");
  assertEquals(groups[2].generatedFrom, 15);
  const row = weightsOfToken(groups[2], 1, [2], { side: "query", index: 4 });
  row.forEach((weight, i) => assertAlmostEquals(weight, expected.weights[4 * 30 + i], 0.004));
  const column = weightsOfToken(groups[2], 1, [2], { side: "key", index: 4 });
  column.forEach((weight, i) => assertAlmostEquals(weight, expected.weights[i * 30 + 4], 0.004));
});

Deno.test("strongest() sorts, with the first of equals first, and leaves nothing out but noise", () => {
  assertEquals(strongest(Float32Array.of(0.1, 0.5, 0.001, 0.5), 3), [1, 3, 0]);
});

Deno.test("leastShown() leaves lines of a spread head, and about one for each query of a long text", () => {
  const shown = (weights: Float32Array, queries: number) => {
    const least = leastShown(weights, queries);
    return weights.filter((weight) => weight >= least).length;
  };
  assertEquals(shown(new Float32Array(16).fill(0.25), 4), 16);
  const spread = Float32Array.from(
    { length: 200 * 200 },
    (_, i) => i % 201 === 0 ? 0.2 : 0.8 / 199,
  );
  assertEquals(shown(spread, 200), 200);
  const fog = Float32Array.from({ length: 200 * 200 }, (_, i) => i % 10 === 0 ? 0.05 : 0);
  assert(shown(fog, 200) < 1000, "twenty lines for each query are a fog");
});

Deno.test("readState() reads what writeState() wrote, and takes nothing that is not there", () => {
  const { groups } = dataOf(attentionHtml(madeModel(8, 2, 3)));
  const hash = "#view=token&kind=cross&layer=0&heads=0,2&token=q3";
  assertEquals(writeState(readState(hash, groups), groups), hash);
  const bad = readState("#view=x&kind=y&layer=9&heads=7,a&token=q99", groups);
  assertEquals([bad.view, bad.group, bad.layer, bad.pinned], ["heads", 0, 1, null]);
  assertEquals([...bad.heads], [0, 1, 2]);
  assertEquals(readState("#token=k7", groups).pinned, { side: "key", index: 7 });
});

Deno.test("attentionHtml() takes 1,000 tokens", () => {
  const records = madeAttention({ kind: "cross", queries: 1000, keys: 1000, layers: 1, heads: 1 });
  assert(attentionHtml(records).length < 1.6e6);
});

Deno.test("attentionHtml() names what it cannot show", () => {
  const [record, other] = madeModel(8, 1, 2);
  assertThrows(() => attentionHtml([]), RangeError, "no records");
  assertThrows(() => attentionHtml([record, record]), RangeError, "twice");
  const tokens = record.queryTokens.map((token) => `${token}x`);
  assertThrows(
    () => attentionHtml([record, { ...other, queryTokens: tokens }]),
    RangeError,
    "layer 0, head 1 differ",
  );
  const weights = record.weights.map(() => NaN);
  assertThrows(() => attentionHtml([{ ...record, weights }]), RangeError, "is NaN");
  const huge = { ...record, weights: { length: 51e6 } as Float32Array };
  assertThrows(() => attentionHtml([huge]), RangeError, "51000000 weights");
});
