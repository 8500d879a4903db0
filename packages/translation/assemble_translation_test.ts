import { assertEquals } from "@std/assert";
import { assembleTranslation } from "./assemble_translation.ts";
import { ReversingModel, WordTokenizer } from "./testing/fake_model.ts";

Deno.test("assembleTranslation() takes a sentence of more words than a call may have arguments", async () => {
  const tokenizer = new WordTokenizer();
  const { ids, tokens } = tokenizer.encode("x".repeat(300_000));
  const unit = { text: "x", ids, tokens };
  const hypothesis = { ids, logProb: -1, score: -1, finished: true, tokenLogProbs: [-1, 0] };
  const output = tokenizer.decode(ids);
  const { words } = await assembleTranslation("x", [unit], {
    model: new ReversingModel(),
    tokenizer,
    confidence: undefined,
    piecesOf: () => [{ source: "x", text: output, found: { ids, tokens, hypothesis, output } }],
    rank: 0,
    options: { words: true },
    findWords: (text) => [...text].map((letter, i) => ({ text: letter, start: i, end: i + 1 })),
  });
  assertEquals(words!.length, 300_000);
});
