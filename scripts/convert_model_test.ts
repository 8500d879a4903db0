import { assertEquals, assertStringIncludes } from "@std/assert";
import { openWeights, writeSafetensors } from "@heed/checkpoint";

const COPIED = [
  ...["config.json", "generation_config.json", "source.spm", "target.spm"],
  ...["tokenizer_config.json", "vocab.json"],
];

/** A model directory with a matrix, a bias that is a matrix of one row, and a vector. */
async function makeModel(directory: string): Promise<void> {
  await Deno.mkdir(directory);
  for (const name of COPIED) await Deno.writeTextFile(`${directory}/${name}`, name);
  const values = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  await writeSafetensors(`${directory}/model.safetensors`, [
    { name: "weight", dtype: "F32", shape: [20, 30], data: values(600) },
    { name: "final_logits_bias", dtype: "F32", shape: [1, 40], data: values(40) },
    { name: "norm", dtype: "F32", shape: [30], data: values(30) },
  ]);
}

async function convert(...args: string[]): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", new URL("convert_model.ts", import.meta.url).pathname, ...args],
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("convert_model.ts stores weights as asked, and says so in assets.ts", async () => {
  const folder = await Deno.makeTempDir();
  const [model, target] = [`${folder}/in`, `${folder}/package`];
  await makeModel(model);
  await Deno.mkdir(target);
  const manifest = { name: "@heed/model-xx-yy", version: "1.2.3" };
  await Deno.writeTextFile(`${target}/deno.json`, JSON.stringify(manifest));
  const expected = {
    fp16: ["F16", "F16", "F16", "weights in half precision"],
    int8: ["I8", "F32", "F32", "weights as bytes"],
    fp32: ["F32", "F32", "F32", "weights in single precision"],
  };
  for (const [dtype, [weight, bias, norm, text]] of Object.entries(expected)) {
    const { code, stderr } = await convert(model, target, "--dtype", dtype);
    assertEquals(code, 0, stderr);
    await using reader = await openWeights(`${target}/model`);
    assertEquals([...reader.names].sort(), ["final_logits_bias", "norm", "weight"]);
    assertEquals(
      ["weight", "final_logits_bias", "norm"].map((name) => reader.info(name).dtype),
      [weight, bias, norm],
    );
    const values = await reader.readFloat32("weight");
    values.forEach((value, i) => assertEquals(Math.abs(value - Math.sin(i)) < 0.5 / 127, true));
    const assets = await Deno.readTextFile(`${target}/assets.ts`);
    assertStringIncludes(assets, text);
    assertStringIncludes(assets, '"1.2.3"');
    const before = assets;
    assertEquals((await convert("--assets-only", target)).code, 0);
    assertEquals(await Deno.readTextFile(`${target}/assets.ts`), before);
  }
  assertEquals((await convert(model, target, "--dtype", "int4")).code, 2);
  // Without a package, a model directory.
  assertEquals((await convert(model, `${folder}/out`, "--dtype", "int8")).code, 0);
  assertEquals(
    [...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name).sort(),
    [...COPIED, "model.safetensors"].sort(),
  );
  await Deno.remove(folder, { recursive: true });
});
