import { assertEquals, assertStringIncludes } from "@std/assert";
import { openWeights } from "@heed/checkpoint";
import { readLanguages, Translator } from "@heed/translation";

async function run(...args: string[]): Promise<{ code: number; errors: string }> {
  const script = new URL("add_language_tokens.ts", import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, ...args],
  }).output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

Deno.test("add_language_tokens.ts makes a model that can be asked for a language", async () => {
  const root = await Deno.makeTempDir();
  const model = new URL("model/", import.meta.resolve("@heed/model-en-de")).pathname;
  const { code, errors } = await run(`${root}/out`, model, "en+de", "en+de");
  assertEquals(code, 0, errors);
  assertEquals((await readLanguages(`${root}/out`)).length, 4);

  const [before, after] = [await openWeights(model), await openWeights(`${root}/out`)];
  assertEquals(after.names, before.names);
  const shared = "model.shared.weight";
  const [rows, width] = before.info(shared).shape;
  assertEquals(after.info(shared).shape, [rows + 2, width]);
  const [old, extended] = [await before.readFloat32(shared), await after.readFloat32(shared)];
  assertEquals(extended.subarray(0, old.length), old);
  const mean = (column: number) =>
    Array.from({ length: rows }, (_, row) => old[row * width + column])
      .reduce((sum, value) => sum + value / rows, 0);
  for (const column of [0, width - 1]) {
    assertEquals(extended[(rows + 1) * width + column], Math.fround(mean(column)));
  }
  for (const reader of [before, after]) await reader.close();

  // Nothing is learnt yet: the token is one more word.
  using translator = await Translator.load(`${root}/out`, { device: "wasm", dtype: "fp32" });
  const [[{ sourceTokens }]] = await translator.translate(["Open the file."], {
    to: "de",
    attention: true,
  });
  assertEquals(sourceTokens!.slice(0, 2), [">>de<<", "▁Open"]);
  assertEquals(translator.confidence, undefined);

  const again = await run(`${root}/b`, `${root}/out`, "en", "de");
  assertStringIncludes(again.errors, "it has >>de<< already");
  await Deno.remove(root, { recursive: true });
});
