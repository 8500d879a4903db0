import { assertEquals } from "@std/assert";
import { assertClose } from "../testing/close.ts";
import { Seq2SeqEngine } from "./engine.ts";

// Golden values: testdata/marian-four/README.md names the program (transformers 4.57.1).
const folder = new URL("../../../testdata/marian-four/", import.meta.url);

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

for (const name of ["safetensors", "bin", "bin-sharded"]) {
  const directory = new URL(`${name}/`, folder);

  Deno.test(`files of transformers 4 give its logits, and its ids with up to 6 beams: ${name}`, async () => {
    const golden: Golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
    using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
    for (const [i, ids] of golden.inputIds.entries()) {
      const { logits } = await engine.decode(ids, golden.targetIds[i]);
      assertClose(logits, golden.logits[i], { what: `logits of ${i}` });
    }
    assertEquals(Object.keys(golden.generation).length, 8);
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
