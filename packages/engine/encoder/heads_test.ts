import { assertEquals, assertRejects } from "@std/assert";
import type { EncoderTask } from "@heed/model";
import { assertClose } from "../testing/close.ts";
import { EncoderEngine } from "./engine.ts";

// Golden values: transformers 5.24.0 and torch 2.15.0, see testdata/bert/README.md.
const root = new URL("../../../testdata/bert/", import.meta.url);

async function read(family: string, name: string) {
  const directory = new URL(`${family}/${name}/`, root);
  const golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
  return { directory, golden };
}

for (const family of ["bert", "distilbert", "roberta"]) {
  Deno.test(`states and attention of ${family} are those of transformers`, async () => {
    const { directory, golden } = await read(family, "model");
    using engine = await EncoderEngine.load(directory, { dtype: "fp32", threads: 1 });
    assertEquals(engine.tasks, []);
    const { inputIds } = golden;
    const { states, attentions } = await engine.encode(inputIds, { outputAttentions: true });
    states.forEach((values, i) => assertClose(values, golden.hiddenStates.at(-1)[i]));
    attentions!.forEach(({ weights }, i) =>
      assertClose(weights, golden.attentions.map((layer: unknown[]) => layer[i]))
    );
    if (!engine.hasPooler) return;
    const pooled = await engine.pool(inputIds, { pooling: "pooler" });
    pooled.forEach((vector, i) => assertClose(vector, golden.poolerOutput[i]));
  });

  const tasks: EncoderTask[] = [
    "masked-lm",
    ...family === "bert" ? ["next-sentence"] as const : [],
    "sequence-classification",
    "token-classification",
    "question-answering",
  ];
  for (const task of tasks) {
    Deno.test(`logits() of ${family} for ${task} are those of transformers`, async () => {
      const { directory, golden } = await read(family, task);
      using engine = await EncoderEngine.load(directory, { dtype: "fp32", threads: 1 });
      assertEquals(engine.tasks, [task]);
      const logits = await engine.logits(golden.inputIds);
      logits.forEach((values, i) => assertClose(values, golden.logits[i], { what: `text ${i}` }));
      // A text alone has the numbers that it has beside others.
      assertEquals(await engine.logits([golden.inputIds[1]]), [logits[1]]);
      // Threads read the same heads.
      using threads = await EncoderEngine.load(directory, {
        dtype: "fp32",
        threads: 2,
        keepCallerFree: true,
      });
      assertEquals(await threads.logits(golden.inputIds, { task }), logits);
    });
  }
}

Deno.test("logits() gives the places that it is asked for", async () => {
  const { directory, golden: { inputIds, logits } } = await read("bert", "masked-lm");
  using engine = await EncoderEngine.load(directory, { dtype: "fp32", threads: 1 });
  const [first, none] = await engine.logits([inputIds[0], inputIds[1]], {
    positions: [[3, 1], []],
  });
  assertClose(first, [logits[0][3], logits[0][1]]);
  assertEquals(none.length, 0);
  const outside = () => engine.logits([[1, 2]], { positions: [[2]] });
  await assertRejects(outside, RangeError, "Cannot read text 0 of 1: give places of its tokens");
  const other = () => engine.logits([[1]], { task: "question-answering" });
  await assertRejects(other, RangeError, "the model has a head for masked-lm");
});

Deno.test("logits() of a bare encoder says that there is no head", async () => {
  const { directory } = await read("bert", "model");
  using engine = await EncoderEngine.load(directory, { dtype: "fp32", threads: 1 });
  await assertRejects(() => engine.logits([[1]]), RangeError, "the model has no head");
});

Deno.test("pool() scales vectors to length 1, and takes the largest of each number", async () => {
  const { directory, golden: { inputIds, hiddenStates } } = await read("roberta", "model");
  using engine = await EncoderEngine.load(directory, { dtype: "fp32", threads: 1 });
  for (const pooling of ["cls", "mean", "max", "pooler"] as const) {
    const [vector] = await engine.pool(inputIds, { pooling, normalize: true });
    assertClose([Math.hypot(...vector)], [1]);
  }
  const [largest] = await engine.pool(inputIds, { pooling: "max" });
  const states: number[][] = hiddenStates.at(-1)[0];
  assertClose(
    largest,
    largest.reduce<number[]>(
      (all, _, i) => [...all, Math.max(...states.map((state) => state[i]))],
      [],
    ),
  );
});

Deno.test("int8 keeps the weights of heads as they are", async () => {
  const { directory, golden } = await read("distilbert", "sequence-classification");
  using engine = await EncoderEngine.load(directory, { dtype: "int8", threads: 1 });
  const logits = await engine.logits(golden.inputIds);
  logits.forEach((values, i) => assertClose(values, golden.logits[i], { tolerance: 0.1 }));
});
