import { assertRejects } from "@std/assert";
import { assertClose } from "../testing/close.ts";
import { readGolden } from "../testing/golden.ts";
import { EncoderEngine } from "./engine.ts";

// Golden values: transformers 5.23.0 and torch 2.15.0, see testdata/engine/README.md.
interface Golden {
  readonly inputIds: number[][];
  readonly tokenTypeIds?: number[][];
  readonly hiddenStates: number[][][][];
  readonly attentions: number[][][][][];
  readonly meanPooled: number[][];
  readonly poolerOutput?: number[][];
}

for (const name of ["bert", "distilbert"]) {
  const { directory, golden } = await readGolden<Golden>(name);
  const { inputIds, tokenTypeIds } = golden;

  for (const simd of ["plain", "relaxed-i7"] as const) {
    Deno.test(`encode() and pool() give transformers' numbers (${name}, ${simd})`, async () => {
      using engine = await EncoderEngine.load(directory, { dtype: "fp32", threads: 1, simd });
      const { states, attentions } = await engine.encode(inputIds, {
        tokenTypeIds,
        outputAttentions: true,
      });
      for (const i of inputIds.keys()) {
        assertClose(states[i], golden.hiddenStates.at(-1)![i], { what: `states of ${i}` });
        assertClose(attentions![i].weights, golden.attentions.map((layer) => layer[i]));
      }
      const means = await engine.pool(inputIds, { tokenTypeIds, pooling: "mean" });
      assertClose(means.flatMap((vector) => [...vector]), golden.meanPooled);
      const first = await engine.pool(inputIds, { tokenTypeIds, pooling: "cls" });
      assertClose(
        first.flatMap((vector) => [...vector]),
        golden.hiddenStates.at(-1)!.map(([token]) => token),
      );
      if (golden.poolerOutput) {
        const pooled = await engine.pool(inputIds, { tokenTypeIds, pooling: "pooler" });
        assertClose(pooled.flatMap((vector) => [...vector]), golden.poolerOutput);
      } else {
        const pooler = () => engine.pool(inputIds, { pooling: "pooler" });
        await assertRejects(pooler, RangeError, "use cls or mean");
        const types = () => engine.encode([[1]], { tokenTypeIds: [[0]] });
        await assertRejects(types, RangeError, "the model has none");
      }
    });
  }

  Deno.test(`int8 states stay near those of float32 (${name})`, async () => {
    using engine = await EncoderEngine.load(directory, { dtype: "int8", threads: 1 });
    const { states } = await engine.encode(inputIds, { tokenTypeIds });
    for (const i of inputIds.keys()) {
      assertClose(states[i], golden.hiddenStates.at(-1)![i], { tolerance: 0.15 });
    }
  });
}

Deno.test("encode() names what is wrong with its input", async () => {
  const { directory } = await readGolden<Golden>("bert");
  using engine = await EncoderEngine.load(directory, { dtype: "fp32", threads: 1 });
  const long = new Array(33).fill(1);
  await assertRejects(() => engine.encode([[1], long]), RangeError, "33 tokens");
  await assertRejects(() => engine.encode([[]]), RangeError, "no tokens");
  await assertRejects(() => engine.encode([[97]]), RangeError, "token id 97");
  const encode = (tokenTypeIds: number[][]) => () => engine.encode([[1, 2]], { tokenTypeIds });
  await assertRejects(encode([[0]]), RangeError, "one type for each token");
  await assertRejects(encode([[0, 2]]), RangeError, "outside the vocabulary of 2");
});
