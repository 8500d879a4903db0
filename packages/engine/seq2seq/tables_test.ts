import { assertEquals } from "@std/assert";
import { assertClose } from "../testing/close.ts";
import { Seq2SeqEngine } from "./engine.ts";

// Golden values: testdata/marian-tables/README.md names the program (torch 2.15.0, transformers 5.24.0).
const folder = new URL("../../../testdata/marian-tables/", import.meta.url);

interface Golden {
  readonly inputIds: number[][];
  readonly targetIds: number[][];
  readonly logits: number[][][];
  readonly generation: Record<string, {
    readonly options: {
      readonly num_beams: number;
      readonly length_penalty?: number;
      readonly no_repeat_ngram_size?: number;
    };
    readonly ids: number[][];
  }>;
}

for (const name of ["separate", "untied", "apart", "stored"]) {
  const directory = new URL(`${name}/`, folder);

  Deno.test(`several tables of embeddings give transformers' logits and ids: ${name}`, async () => {
    const golden: Golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
    using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
    for (const [i, ids] of golden.inputIds.entries()) {
      const { logits } = await engine.decode(ids, golden.targetIds[i]);
      assertClose(logits, golden.logits[i], { what: `logits of ${i}` });
    }
    for (const [what, { options, ids }] of Object.entries(golden.generation)) {
      const found = await engine.generate(golden.inputIds, {
        numBeams: options.num_beams,
        lengthPenalty: options.length_penalty ?? 1,
        noRepeatNgramSize: options.no_repeat_ngram_size ?? 0,
        maxNewTokens: 10,
      });
      assertEquals(found.map(([best]) => best.ids), ids, what);
    }
  });
}
