import { assertEquals, assertThrows } from "@std/assert";
import { parseSeq2SeqConfig } from "./families/marian_config.ts";
import { selectCrossAttention } from "./cross_attention.ts";

/** Two layers of two heads: head h of layer l attends to key (query + 2 l + h) mod 3. */
const maps = {
  weights: new Float32Array(2 * 2 * 3 * 3),
  layers: 2,
  heads: 2,
  queries: 3,
  keys: 3,
};
for (let head = 0; head < 4; head++) {
  for (let query = 0; query < 3; query++) {
    maps.weights[head * 9 + query * 3 + (query + head) % 3] = 1;
  }
}
const keysOf = (weights: Float32Array) =>
  [0, 1, 2].map((row) => weights.subarray(row * 3, row * 3 + 3).indexOf(1));

Deno.test("selectCrossAttention() takes a head, or the mean of a layer", () => {
  const { weights } = selectCrossAttention(maps, {}, { layer: 0, head: 1 });
  assertEquals(keysOf(weights), [1, 2, 0]);
  assertEquals(selectCrossAttention(maps, {}, { head: 0 }), {
    ...selectCrossAttention(maps, {}, { layer: 1, head: 0 }),
  });
  const mean = selectCrossAttention(maps, {}, { layer: 0 });
  assertEquals([...mean.weights], [0.5, 0.5, 0, 0, 0.5, 0.5, 0.5, 0, 0.5]);
  assertEquals([mean.targetLength, mean.sourceLength], [3, 3]);
});

Deno.test("selectCrossAttention() takes the alignment heads unless it is told what to take", () => {
  const config = { alignmentHeads: [[0, 0]], alignmentShift: 1 } as const;
  // The step that reads a token stands a row below.
  assertEquals(keysOf(selectCrossAttention(maps, config).weights).slice(0, 2), [1, 2]);
  assertEquals(
    selectCrossAttention(maps, config, { layer: 1 }),
    selectCrossAttention(maps, {}, { layer: 1 }),
  );
  const two = { alignmentHeads: [[0, 0], [1, 1]] } as const;
  assertEquals(keysOf(selectCrossAttention(maps, two).weights), [0, 1, 2]);
  assertEquals(selectCrossAttention(maps, {}), selectCrossAttention(maps, {}, { layer: 1 }));
});

Deno.test("selectCrossAttention() gives a token that no step reads a row of its own", () => {
  const config = { alignmentHeads: [[0, 0]], alignmentShift: 1 } as const;
  const { weights } = selectCrossAttention(maps, config);
  // The second head of the last layer attends to key (2 + 3) mod 3, the first to (2 + 2) mod 3.
  assertEquals([...weights.subarray(6)], [0, 0.5, 0.5]);
  assertEquals([...weights.subarray(3, 6)], [0, 0, 1]);
});

Deno.test("selectCrossAttention() names layers and heads that are not there", () => {
  const select = (options: object) => () => selectCrossAttention(maps, {}, options);
  assertThrows(select({ layer: 2 }), RangeError, "decoder layer 2: the model has decoder layers 0");
  assertThrows(select({ layer: -1 }), RangeError, "decoder layer -1");
  assertThrows(select({ head: 0.5 }), RangeError, "head 0.5: the model has heads 0 to 1");
});

const directory = new URL("../../testdata/marian/relu/", import.meta.url);
const json = JSON.parse(await Deno.readTextFile(new URL("config.json", directory)));

Deno.test("parseSeq2SeqConfig() reads alignment heads and names what is wrong with them", () => {
  const parse = (generation: Record<string, unknown>) => parseSeq2SeqConfig(json, { generation });
  assertEquals(parse({}).alignmentHeads, undefined);
  const { alignmentHeads, alignmentShift } = parse({
    alignment_heads: [[1, 0], [0, 1]],
    alignment_shift: 1,
  });
  assertEquals([alignmentHeads, alignmentShift], [[[1, 0], [0, 1]], 1]);
  for (const alignment_heads of [[], [[2, 0]], [[0, 9]], [[0]], [[0, 0, 0]], [0, 1], "0-1", {}]) {
    assertThrows(() => parse({ alignment_heads }), SyntaxError, "alignment_heads is");
  }
  const wrong = { alignment_heads: [[0, 0]], alignment_shift: 2 };
  assertThrows(() => parse(wrong), SyntaxError, "alignment_shift is 2");
});
