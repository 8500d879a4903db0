import { assertEquals, assertStringIncludes } from "@std/assert";
import { openWeights, writeSafetensors } from "@heed/checkpoint";

async function average(...args: string[]): Promise<{ code: number; errors: string }> {
  const script = new URL("average.ts", import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, ...args],
  }).output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

Deno.test("average.ts weighs the weights, and takes the other files from the last model", async () => {
  const root = await Deno.makeTempDir();
  const make = async (name: string, values: number[]) => {
    await Deno.mkdir(`${root}/${name}`);
    await Deno.writeTextFile(`${root}/${name}/config.json`, name);
    await writeSafetensors(`${root}/${name}/model.safetensors`, [
      { name: "w", dtype: "F32", shape: [values.length], data: () => Float32Array.from(values) },
    ]);
  };
  await make("a", [1, 2]);
  await make("b", [3, -2]);
  await make("c", [1, 2, 3]);
  const { code, errors } = await average(`${root}/out`, `${root}/a=0.75`, `${root}/b=0.25`);
  assertEquals(code, 0, errors);
  const reader = await openWeights(`${root}/out`);
  assertEquals([...await reader.readFloat32("w")], [1.5, 1]);
  await reader.close();
  assertEquals(await Deno.readTextFile(`${root}/out/config.json`), "b");
  assertEquals((await average(`${root}/out`, `${root}/a=0.5`, `${root}/b=0.4`)).code, 2);
  const other = await average(`${root}/out`, `${root}/a=0.5`, `${root}/c=0.5`);
  assertStringIncludes(other.errors, "Cannot average w: it is [2] in");
  await Deno.remove(root, { recursive: true });
});
