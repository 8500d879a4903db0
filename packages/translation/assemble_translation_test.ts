import { assertEquals } from "@std/assert";
import { TranslationAssembly } from "./assemble_translation.ts";
import { WordTokenizer } from "./testing/fake_model.ts";

Deno.test("TranslationAssembly takes a sentence of more words than a call may have arguments", () => {
  const tokenizer = new WordTokenizer();
  const { ids, tokens } = tokenizer.encode("x".repeat(300_000));
  const hypothesis = { ids, logProb: -1, score: -1, finished: true, tokenLogProbs: [-1, 0] };
  const output = tokenizer.decode(ids);
  const assembly = new TranslationAssembly("x", {
    tokenizer,
    confidence: undefined,
    rank: 0,
    options: { words: true },
    findWords: (text) => [...text].map((letter, i) => ({ text: letter, start: i, end: i + 1 })),
  });
  const found = { ids, tokens, hypothesis, output, links: [], terms: [] };
  assembly.add({ text: "x", ids, tokens }, [{ source: "x", text: output, found }]);
  const { words } = assembly.finish();
  assertEquals(words!.length, 300_000);
});
