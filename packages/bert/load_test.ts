import { assertEquals, assertRejects } from "@std/assert";
import { EncoderEngine } from "@heed/engine";
import { openModel } from "@heed/model";
import { loadBert } from "./load.ts";
import { assertClose, readGolden } from "./testing/golden.ts";

Deno.test("a head that the checkpoint lacks is made newly, by name and the same each time", async () => {
  const { directory, golden: { inputIds } } = await readGolden("bert/masked-lm");
  const warnings: string[] = [];
  const load = (seed: number) =>
    loadBert(directory, {
      device: "wasm",
      head: "sequence-classification",
      labels: ["a", "b", "c", "d"],
      seed,
      onWarning: (text) => warnings.push(text),
    });
  using model = await load(3);
  assertEquals(
    warnings[0].replace(/^.*none: /, ""),
    "bert.pooler.dense.weight, bert.pooler.dense.bias, classifier.weight, classifier.bias",
  );
  using same = await load(3);
  using other = await load(4);
  const [logits, again, different] = await Promise.all(
    [model, same, other].map(async (model) => (await model.logits(inputIds))[0]),
  );
  assertEquals(logits.length, 4);
  assertEquals(again, logits);
  assertEquals(different[0] === logits[0], false);
});

Deno.test("a head of the checkpoint with another number of labels is an error", async () => {
  const { directory } = await readGolden("bert/sequence-classification");
  const load = () => loadBert(directory, { device: "wasm", labels: ["no", "yes"] });
  const error = await assertRejects(load, TypeError);
  assertEquals(error.message.includes("classifier.weight is [3, 20], expected [2, 20]"), true);
});

Deno.test("what is saved is read by engine and tfjs, and names its head and labels", async () => {
  const { directory, golden: { inputIds } } = await readGolden("distilbert/model");
  const folder = await Deno.makeTempDir();
  try {
    using model = await loadBert(directory, {
      device: "wasm",
      head: "token-classification",
      labels: ["O", "B-LOC", "I-LOC"],
    });
    await model.save(folder);
    const expected = await model.logits(inputIds);
    const saved = await openModel(folder);
    const { architectures, id2label } = await saved.json("config.json");
    assertEquals(architectures, ["DistilBertForTokenClassification"]);
    assertEquals(id2label, { "0": "O", "1": "B-LOC", "2": "I-LOC" });
    using again = await loadBert(folder, { device: "wasm" });
    assertEquals(await again.logits(inputIds), expected);
    using engine = await EncoderEngine.load(folder, { dtype: "fp32", threads: 1 });
    const logits = await engine.logits(inputIds);
    logits.forEach((values, i) => assertClose(values, [...expected[i]]));
    const weights = await saved.weights();
    assertEquals(
      weights.names.every((name) => /^(distilbert\.|classifier\.)/.test(name)),
      true,
    );
    await weights.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("only classifiers are saved with labels: transformers makes heads as wide as these", async () => {
  const { directory } = await readGolden("bert/sequence-classification");
  const folder = await Deno.makeTempDir();
  try {
    using model = await loadBert(directory, { device: "wasm", head: "question-answering" });
    await model.save(folder);
    const { architectures, id2label } = await (await openModel(folder)).json("config.json");
    assertEquals([architectures, id2label], [["BertForQuestionAnswering"], undefined]);
    // A pooler that no head reads is left out.
    assertEquals([...model.named.keys()].filter((name) => name.includes("pooler")), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a model of another kind is refused", async () => {
  const gpt2 = new URL("../../testdata/engine/gpt2/", import.meta.url);
  await assertRejects(() => loadBert(gpt2), SyntaxError, 'model_type is "gpt2"; give a BERT');
});
