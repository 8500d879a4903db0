import { assertAlmostEquals, assertEquals } from "@std/assert";
import { assertClose } from "../testing/close.ts";
import { EncoderEngine } from "./engine.ts";

// Golden values: transformers 5.24.0 and torch 2.15.0, see testdata/bert/README.md. Texts of 14, 15, 24 and 5 tokens in
// blocks of two: the second is sparse and ends within a block, the third is sparse and whole.
const root = new URL("../../../testdata/bert/big-bird/", import.meta.url);

async function read(head: string) {
  const directory = new URL(`${head}/`, root);
  return {
    directory,
    golden: JSON.parse(await Deno.readTextFile(new URL("golden.json", directory))),
  };
}

const options = { dtype: "fp32", threads: 1 } as const;

for (const simd of ["plain", "relaxed-i7"] as const) {
  Deno.test(`states of BigBird, sparse and with drawn blocks, are those of transformers (${simd})`, async () => {
    const { directory, golden } = await read("model");
    using engine = await EncoderEngine.load(directory, { ...options, simd });
    const { inputIds } = golden;
    const { states } = await engine.encode(inputIds);
    states.forEach((values, i) =>
      assertClose(values, golden.hiddenStates.at(-1)[i], { what: `text ${i}` })
    );
    const drawn = await engine.encode(inputIds, { drawBlocks: true });
    drawn.states.forEach((values, i) => assertClose(values, golden.drawnStates[i]));
    const pooled = await engine.pool(inputIds, { pooling: "pooler" });
    pooled.forEach((vector, i) => assertClose(vector, golden.poolerOutput[i]));
  });
}

Deno.test("BigBird with attention_type original_full attends in full", async () => {
  const { directory, golden } = await read("model");
  const folder = await Deno.makeTempDir();
  try {
    const config = JSON.parse(await Deno.readTextFile(new URL("config.json", directory)));
    const full = JSON.stringify({ ...config, attention_type: "original_full" });
    await Deno.writeTextFile(`${folder}/config.json`, full);
    await Deno.copyFile(new URL("model.safetensors", directory), `${folder}/model.safetensors`);
    using engine = await EncoderEngine.load(folder, options);
    const { states } = await engine.encode(golden.inputIds);
    states.forEach((values, i) => assertClose(values, golden.fullStates[i], { what: `text ${i}` }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("logits of BigBird's heads are those of transformers", async () => {
  for (
    const head of [
      "masked-lm",
      "pre-training",
      "sequence-classification",
      "token-classification",
      "question-answering",
    ]
  ) {
    const { directory, golden } = await read(head);
    using engine = await EncoderEngine.load(directory, options);
    const logits = await engine.logits(golden.inputIds);
    logits.forEach((row, i) => assertClose(row, golden.logits[i], { what: `${head} of ${i}` }));
    if (head !== "pre-training") continue;
    const follows = await engine.logits(golden.inputIds, { task: "next-sentence" });
    follows.forEach((row, i) => assertClose(row, golden.nextSentence[i]));
  }
});

Deno.test("attention of a sparse text sums to one where a block looks, and is zero elsewhere", async () => {
  const { directory, golden: { inputIds } } = await read("model");
  using engine = await EncoderEngine.load(directory, options);
  const { attentions, states } = await engine.encode(inputIds.slice(1), { outputAttentions: true });
  const { weights, queries, keys } = attentions![0];
  assertEquals([queries, keys], [15, 15]);
  for (let row = 0; row < weights.length; row += keys) {
    assertAlmostEquals(weights.subarray(row, row + keys).reduce((a, b) => a + b, 0), 1, 1e-5);
  }
  // Token 8 is in block 4: it sees blocks 0, 3, 4, 5 and 7, which has one token.
  const seen = Array.from({ length: keys }, (_, key) => key).filter((key) =>
    weights[8 * keys + key]
  );
  assertEquals(seen, [0, 1, 6, 7, 8, 9, 10, 11, 14]);
  // What is looked at does not change what is computed, and neither does what is beside a text.
  assertEquals((await engine.encode([inputIds[1]])).states, [states[0]]);
});

Deno.test("int8 and several threads attend in blocks too", async () => {
  const { directory, golden } = await read("model");
  using engine = await EncoderEngine.load(directory, { threads: 2, keepCallerFree: true });
  const { states } = await engine.encode(golden.inputIds);
  states.forEach((values, i) =>
    assertClose(values, golden.hiddenStates.at(-1)[i], { tolerance: 0.15 })
  );
});
