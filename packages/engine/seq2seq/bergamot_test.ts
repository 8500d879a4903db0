import { assertEquals, assertRejects } from "@std/assert";
import { openModel } from "@heed/model";
import { joinPath } from "@heed/checkpoint";
import { assertClose } from "../testing/close.ts";
import { Seq2SeqEngine } from "./engine.ts";

// Golden values: testdata/bergamot/README.md names the program (numpy 2.4.6, float64).
const folder = new URL("../../../testdata/bergamot/", import.meta.url);

interface Golden {
  readonly inputIds: number[][];
  readonly targetIds: number[][];
  readonly states: number[][][];
  readonly logits: number[][][];
  readonly greedy: number[][];
}

for (const name of ["shared", "separate"]) {
  const directory = new URL(`${name}/`, folder);
  const golden: Golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));

  Deno.test(`files of Firefox Translations give Marian's states, logits and ids: ${name}`, async () => {
    using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
    const { states } = await engine.encode(golden.inputIds);
    for (const [i, ids] of golden.inputIds.entries()) {
      assertClose(states[i], golden.states[i], { what: `states of ${i}` });
      const { logits } = await engine.decode(ids, golden.targetIds[i]);
      // The last one of each row belongs to the token that decoding starts from, which is not produced.
      const known = Array.from(
        golden.logits[i],
        (row, t) => [...logits.subarray(t * (row.length + 1), (t + 1) * (row.length + 1) - 1)],
      );
      assertClose(known.flat(), golden.logits[i], { what: `logits of ${i}` });
    }
    const hypotheses = await engine.generate(golden.inputIds, { maxNewTokens: 10 });
    assertEquals(hypotheses.map(([{ ids }]) => ids), golden.greedy);
  });

  Deno.test(`int8 of such files is near to what they hold: ${name}`, async () => {
    using engine = await Seq2SeqEngine.load(directory, { dtype: "int8", threads: 1 });
    const { states } = await engine.encode(golden.inputIds);
    for (const [i, expected] of golden.states.entries()) {
      const error = Math.hypot(...expected.flat().map((value, k) => value - states[i][k]));
      assertEquals(error / Math.hypot(...expected.flat()) < 0.03, true, `${error}`);
    }
  });
}

Deno.test("a directory with Marian's model.npz runs as one with its binary form", async () => {
  const path = await Deno.makeTempDir();
  try {
    for (
      const name of [
        "npz/model.ende.npz",
        "separate/srcvocab.ende.spm",
        "separate/trgvocab.ende.spm",
      ]
    ) {
      await Deno.copyFile(new URL(name, folder), `${path}/${name.split("/")[1]}`);
    }
    const golden: Golden = JSON.parse(
      await Deno.readTextFile(new URL("separate/golden.json", folder)),
    );
    using engine = await Seq2SeqEngine.load(path, { dtype: "fp32", threads: 1 });
    const hypotheses = await engine.generate(golden.inputIds, { maxNewTokens: 10 });
    assertEquals(hypotheses.map(([{ ids }]) => ids), golden.greedy);
    const { ids } = (await (await openModel(path)).marianTokenizer()).encode("a small model");
    assertEquals(ids.at(-1), 0);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

Deno.test("a shortlist of all tokens changes nothing where the inputs of products are fixed", async () => {
  const directory = new URL("shared/", folder);
  using engine = await Seq2SeqEngine.load(directory, { dtype: "int8", threads: 1 });
  const sources = [[5, 7, 9, 2, 11, 0], [12, 0]];
  const options = { maxNewTokens: 8 };
  const whole = await engine.generate(sources, options);
  const shortlist = Int32Array.from({ length: 32 }, (_, id) => id);
  const listed = await engine.generate(sources, { ...options, shortlist });
  assertEquals(listed.map(([{ ids }]) => ids), whole.map(([{ ids }]) => ids));
  assertClose(listed.map(([{ score }]) => score), whole.map(([{ score }]) => score), {
    what: "scores",
  });
});

Deno.test("such a directory tells its config, languages and vocabularies", async () => {
  const directory = await openModel(new URL("separate/", folder));
  const { vocabSize, sourceVocabSize, decoderStartTokenId, decoderAutoreg } = await directory
    .config() as Seq2SeqEngine["config"];
  assertEquals(
    [vocabSize, sourceVocabSize, decoderStartTokenId, decoderAutoreg],
    [34, 29, 33, "rnn"],
  );
  assertEquals(await directory.json("tokenizer_config.json"), {
    source_lang: "en",
    target_lang: "de",
  });
  const tokenizer = await directory.marianTokenizer();
  const { ids } = tokenizer.encode("a small model");
  assertEquals(ids.at(-1), 0);
  assertEquals(ids.every((id) => id < 29), true);
  const text = "eine kleine welt";
  assertEquals(tokenizer.decode(tokenizer.encodeTarget(text).ids), text);
  // Ids behind the source's vocabulary are the target's own, not special ones of the source.
  assertEquals(tokenizer.decode([32]), tokenizer.idToToken(32)!.replace("▁", ""));
});

Deno.test("ids of each side are checked against its own vocabulary", async () => {
  using engine = await Seq2SeqEngine.load(new URL("separate/", folder), { threads: 1 });
  await assertRejects(() => engine.generate([[29, 0]]), RangeError, "29");
  assertEquals((await engine.score([[28, 0]], [[32, 0]])).length, 1);
});

Deno.test("a directory with two models, and options that no engine has, are refused", async () => {
  const path = await Deno.makeTempDir();
  try {
    const copy = (from: string, to: string) =>
      Deno.copyFile(new URL(`shared/${from}`, folder), joinPath(path, to) as string);
    await copy("model.ende.intgemm.alphas.bin", "model.ende.intgemm.alphas.bin");
    await copy("vocab.ende.spm", "vocab.ende.spm");
    const bytes = await Deno.readFile(new URL("shared/model.ende.intgemm.alphas.bin", folder));
    const text = new TextDecoder("latin1").decode(bytes);
    const at = text.indexOf("transformer-ffn-activation: relu") + 28;
    bytes.set(new TextEncoder().encode("gelu"), at);
    await Deno.writeFile(`${path}/model.ende.intgemm.alphas.bin`, bytes);
    await assertRejects(
      () => Seq2SeqEngine.load(path),
      SyntaxError,
      'transformer-ffn-activation is "gelu", not one of relu, swish',
    );
    await Deno.writeFile(`${path}/model.bin`, bytes);
    await assertRejects(() => Seq2SeqEngine.load(path), Error, "Cannot choose between");
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
