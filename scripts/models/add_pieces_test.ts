import { assertEquals, assertNotEquals } from "@std/assert";
import { openWeights } from "@heed/checkpoint";
import { SentencePieceTokenizer } from "@heed/tokenizer";

Deno.test("add_pieces.ts gives a model the letters it lacks, and slots", async () => {
  const root = await Deno.makeTempDir();
  const model = new URL("model/", import.meta.resolve("@heed/model-de-en")).pathname;
  const script = new URL("add_pieces.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, `${root}/out`, model, "aŐß☃Ƣ", "--slots"],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  // `a` and `ß` are in every German vocabulary.
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
