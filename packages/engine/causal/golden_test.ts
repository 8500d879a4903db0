import { assertEquals, assertRejects } from "@std/assert";
import type { GenerateOptions } from "@heed/search";
import { assertClose } from "../testing/close.ts";
import { readGolden } from "../testing/golden.ts";
import { CausalEngine } from "./engine.ts";

// Golden values: transformers 5.23.0 and torch 2.15.0, see testdata/engine/README.md.
interface Golden {
  readonly inputIds: number[][];
  readonly logits: number[][][];
  readonly attentions: number[][][][][];
  readonly generation: Record<string, {
    readonly options: GenerateOptions;
    readonly hypotheses: { ids: number[]; score: number }[][];
  }>;
}

const { directory, golden } = await readGolden<Golden>("gpt2");
const { inputIds } = golden;

Deno.test("decode() gives transformers' logits and attention", async () => {
  using engine = await CausalEngine.load(directory, { dtype: "fp32", threads: 1 });
  for (const [i, ids] of inputIds.entries()) {
    const { logits, attentions } = await engine.decode(ids, { outputAttentions: true });
    assertClose(logits, golden.logits[i], { what: `logits of ${i}` });
    assertClose(attentions!.weights, golden.attentions.map((layer) => layer[i]));
  }
});

for (const [name, { options, hypotheses }] of Object.entries(golden.generation)) {
  Deno.test(`generate() continues prompts as transformers does: ${name}`, async () => {
    using engine = await CausalEngine.load(directory, { dtype: "fp32", threads: 1 });
    const actual = await engine.generate(inputIds, options);
    assertEquals(
      actual.map((row) => row.map(({ ids }) => ids)),
      hypotheses.map((row) => row.map(({ ids }) => ids)),
    );
    if (options.numBeams! > 1) {
      assertClose(
        actual.flatMap((row) => row.map(({ score }) => score)),
        hypotheses.map((row) => row.map(({ score }) => score)),
      );
    }
  });
}

Deno.test("generate() ends where the positions do", async () => {
  using engine = await CausalEngine.load(directory, { dtype: "fp32", threads: 1 });
  const { maxPositionEmbeddings, eosTokenId } = engine.config;
  const [[best]] = await engine.generate([[1, 2, 3]], { bannedTokenIds: [eosTokenId] });
  assertEquals(best.ids.length, maxPositionEmbeddings - 3 + 1);
  const long = new Array(maxPositionEmbeddings + 1).fill(1);
  await assertRejects(() => engine.generate([long]), RangeError, "the model takes 40");
});

Deno.test("bans look at the prompt, and samples of a prompt start from one reading of it", async () => {
  using engine = await CausalEngine.load(directory, { dtype: "fp32", threads: 1 });
  const prompts = [[5, 6, 7, 8], [9]];
  for (
    const search of [{ numBeams: 1 }, { numBeams: 3 }, { doSample: true, numReturnSequences: 3 }]
  ) {
    const found = await engine.generate(prompts, {
      ...search,
      noRepeatNgramSize: 1,
      maxNewTokens: 12,
    });
    for (const [row, prompt] of prompts.entries()) {
      for (const { ids } of found[row]) {
        assertEquals(new Set([...prompt, ...ids]).size, prompt.length + ids.length);
      }
    }
    const [alone] = await engine.generate([prompts[0]], {
      ...search,
      noRepeatNgramSize: 1,
      maxNewTokens: 12,
    });
    assertEquals(alone, found[0]);
  }
});
