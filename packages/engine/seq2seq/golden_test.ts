import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { GenerateOptions } from "@heed/search";
import { assertClose } from "../testing/close.ts";
import { Seq2SeqEngine } from "./engine.ts";

// Golden values: testdata/marian/README.md names the program (transformers 5.23.0, torch 2.15.0).
const testdata = new URL("../../../testdata/marian/", import.meta.url);

interface Golden {
  readonly inputIds: number[][];
  readonly attentionMask: number[][];
  readonly decoderInputIds: number[][];
  readonly encoderHiddenStates: number[][][][];
  readonly logits: number[][][];
  readonly crossAttentions: number[][][][][];
  readonly generation: Record<string, {
    readonly options: GenerateOptions;
    readonly hypotheses: { ids: number[]; score: number }[][];
  }>;
}

for (const name of ["relu", "swish"]) {
  const directory = new URL(`${name}/`, testdata);
  const golden: Golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
  const inputIds = golden.inputIds.map((row, i) =>
    row.filter((_, j) => golden.attentionMask[i][j] === 1)
  );

  for (const simd of ["plain", "relaxed-i7"] as const) {
    Deno.test(`encode() and decode() give transformers' states (${name}, ${simd})`, async () => {
      using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1, simd });
      const { states } = await engine.encode(inputIds);
      for (const [i, ids] of inputIds.entries()) {
        assertClose(states[i], golden.encoderHiddenStates.at(-1)![i].slice(0, ids.length));
        const targetIds = [...golden.decoderInputIds[i].slice(1), 0]; // the last one is not read
        const { logits, crossAttentions } = await engine.decode(ids, targetIds, {
          outputAttentions: true,
        });
        assertClose(logits, golden.logits[i], { what: `logits of ${i}` });
        const expected = golden.crossAttentions.map((layer) =>
          layer[i].map((head) => head.map((row) => row.slice(0, ids.length)))
        );
        assertClose(crossAttentions!.weights, expected, { what: `attention of ${i}` });
      }
    });
  }

  for (const [case_, { options, hypotheses }] of Object.entries(golden.generation)) {
    Deno.test(`generate() gives transformers' ids: ${case_} (${name})`, async () => {
      using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
      const before = engine.memoryBytes;
      const actual = await engine.generate(inputIds, options);
      assertEquals(
        actual.map((row) => row.map(({ ids }) => ids)),
        hypotheses.map((row) => row.map(({ ids }) => ids)),
      );
      if (options.numBeams! > 1) {
        for (const [i, row] of actual.entries()) {
          for (const [j, { score }] of row.entries()) {
            assertAlmostEquals(score, hypotheses[i][j].score, 1e-4);
          }
        }
      }
      assertEquals(engine.memoryBytes, before, "the memory grew");
    });
  }
}
