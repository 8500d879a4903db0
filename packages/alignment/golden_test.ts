import { assertAlmostEquals, assertEquals } from "@std/assert";
import { alignTokens } from "./align_tokens.ts";
import { trainAligner } from "./aligner.ts";
import { ParallelCorpus } from "./corpus.ts";
import { probabilityOf } from "./lexical_table.ts";

const golden: {
  madeBy: string;
  pairs: [source: number[], target: number[]][];
  cases: {
    name: string;
    options: object;
    tension: number;
    logLikelihoods: number[];
    table: [source: number, target: number, probability: number][];
    alignments: number[][];
  }[];
} = JSON.parse(
  Deno.readTextFileSync(new URL("../../testdata/alignment/aligner.json", import.meta.url)),
);

for (const { name, options, ...expected } of golden.cases) {
  Deno.test(`trainAligner() agrees with ${golden.madeBy}: ${name}`, async () => {
    const corpus = new ParallelCorpus();
    for (const [source, target] of golden.pairs) corpus.add(source, target);
    const model = await trainAligner(corpus, options);
    assertAlmostEquals(model.tension, expected.tension, 1e-3);
    expected.logLikelihoods.forEach((value, i) =>
      assertAlmostEquals(model.logLikelihoods[i], value, 1e-2)
    );
    assertEquals(model.table.targets.length, expected.table.length);
    for (const [source, target, probability] of expected.table) {
      const id = source < 0 ? model.table.sourceSize : source;
      assertAlmostEquals(probabilityOf(model.table, id, target), probability, 2e-5);
    }
    golden.pairs.forEach(([source, target], i) =>
      assertEquals([...alignTokens(model, source, target)], expected.alignments[i])
    );
  });
}
