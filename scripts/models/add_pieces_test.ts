import { assertEquals, assertNotEquals } from "@std/assert";
import { openWeights } from "@heed/checkpoint";
import { createModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
import { parseSentencePieceModel, SentencePieceTokenizer } from "@heed/tokenizer";

/** A small model of random weights with the vocabulary of a file of pieces. */
async function smallModel(folder: string, spm: Uint8Array<ArrayBuffer>): Promise<void> {
  const { pieces } = parseSentencePieceModel(spm);
  const vocab = Object.fromEntries(
    [...pieces.map(({ piece }) => piece), "<pad>"].map((piece, id) => [piece, id]),
  );
  const config = defaultSeq2SeqConfig({
    vocabSize: pieces.length + 1,
    hiddenSize: 8,
    encoderLayers: 1,
    decoderLayers: 1,
    encoderAttentionHeads: 2,
    decoderAttentionHeads: 2,
  });
  using model = await createModel(config, { seed: 1, device: "wasm" });
  await model.save(folder);
  await Deno.writeTextFile(`${folder}/vocab.json`, JSON.stringify(vocab));
  await Deno.writeTextFile(`${folder}/tokenizer_config.json`, "{}");
  for (const name of ["source.spm", "target.spm"]) await Deno.writeFile(`${folder}/${name}`, spm);
}

Deno.test("add_pieces.ts gives a model the letters it lacks, and slots", async () => {
  const root = await Deno.makeTempDir(), model = `${root}/model`;
  await smallModel(
    model,
    await Deno.readFile(new URL("../../testdata/tokenizer/unigram.spm", import.meta.url)),
  );
  const script = new URL("add_pieces.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, `${root}/out`, model, "aŐ☃Ƣ", "--slots"],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  // `a` is in every vocabulary.
  assertEquals(new TextDecoder().decode(stdout), "3 letters (Ő☃Ƣ) and 8 slots added\n");

  const [before, after] = [await openWeights(model), await openWeights(`${root}/out`)];
  const shared = "model.shared.weight";
  const [rows, width] = before.info(shared).shape;
  assertEquals(after.info(shared).shape, [rows + 11, width]);
  const [old, extended] = [await before.readFloat32(shared), await after.readFloat32(shared)];
  assertEquals(extended.subarray(0, old.length), old);
  const row = (at: number) => extended.subarray(at * width, (at + 1) * width);
  assertEquals(row(rows + 3), row(rows + 10), "slots begin alike");
  assertNotEquals(row(rows), row(rows + 3), "a letter begins as its bytes");
  for (const reader of [before, after]) await reader.close();

  const spm = await Deno.readFile(`${root}/out/source.spm`);
  const tokenizer = SentencePieceTokenizer.load(spm);
  assertEquals(tokenizer.encode("⟦2⟧ Ő☃").tokens, ["▁", "⟦2⟧", "▁", "Ő", "☃"]);
  await Deno.remove(root, { recursive: true });
});
