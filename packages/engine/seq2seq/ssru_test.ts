import { assertEquals } from "@std/assert";
import type { GenerateOptions } from "@heed/search";
import { assertClose } from "../testing/close.ts";
import { Seq2SeqEngine } from "./engine.ts";

// Golden values: testdata/engine/README.md names the program (torch 2.15.0, transformers 5.23.0).
const directory = new URL("../../../testdata/engine/marian-ssru/", import.meta.url);

interface Golden {
  readonly inputIds: number[][];
  readonly decoderInputIds: number[][];
  readonly encoderHiddenStates: number[][][][];
  readonly encoderAttentions: number[][][][][];
  readonly crossAttentions: number[][][][][];
  readonly logits: number[][][];
  readonly generation: Record<string, {
    readonly options: GenerateOptions;
    readonly hypotheses: { ids: number[]; score: number }[][];
  }>;
}

const golden: Golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));

Deno.test("SSRU layers give PyTorch's states, logits and attention", async () => {
  using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
  const { states, attentions } = await engine.encode(golden.inputIds, { outputAttentions: true });
  for (const [i, ids] of golden.inputIds.entries()) {
    assertClose(states[i], golden.encoderHiddenStates.at(-1)![i], { what: `states of ${i}` });
    assertClose(attentions![i].weights, golden.encoderAttentions.map((layer) => layer[i]));
    const targetIds = [...golden.decoderInputIds[i].slice(1), 0]; // the last one is not read
    const decoded = await engine.decode(ids, targetIds, { outputAttentions: true });
    assertClose(decoded.logits, golden.logits[i], { what: `logits of ${i}` });
    assertClose(decoded.crossAttentions!.weights, golden.crossAttentions.map((layer) => layer[i]));
    assertEquals(decoded.selfAttentions, undefined);
  }
});

for (const [name, { options, hypotheses }] of Object.entries(golden.generation)) {
  Deno.test(`generate() of a model with SSRU layers gives the same ids: ${name}`, async () => {
    using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
    const actual = await engine.generate(golden.inputIds, options);
    assertEquals(
      actual.map((row) => row.map(({ ids }) => ids)),
      hypotheses.map((row) => row.map(({ ids }) => ids)),
    );
    if (options.numBeams! > 1) {
      assertClose(
        actual.map((row) => row.map(({ score }) => score)).flat(),
        hypotheses.map((row) => row.map(({ score }) => score)),
      );
    }
  });
}
