import { assertEquals, assertRejects } from "@std/assert";
import { place, withFolder } from "./_fixtures_test.ts";
import { convertModel } from "./convert_model.ts";
import { openWeights } from "./open_weights.ts";
import { writeSafetensors } from "./safetensors_writer.ts";

async function makeModel(directory: string, value = 0.25): Promise<void> {
  await Deno.mkdir(`${directory}/1_Pooling`, { recursive: true });
  await place(directory, "config.json", "{}");
  await place(directory, "vocab.txt", "a");
  await place(directory, "1_Pooling/config.json", "{1}");
  await place(directory, "README.md", "not needed");
  await place(directory, "optimizer.safetensors", "not needed");
  await writeSafetensors(`${directory}/model.safetensors`, [
    { name: "weight", dtype: "F32", shape: [16, 20], data: new Float32Array(320).fill(value) },
    { name: "bias", dtype: "F32", shape: [20], data: new Float32Array(20).fill(0.5) },
    { name: "position_ids", dtype: "I64", shape: [2], data: new BigInt64Array([0n, 1n]) },
  ]);
}

Deno.test(
  "convertModel() rounds weights, keeps ids, and copies what is needed",
  withFolder(async (folder) => {
    await makeModel(`${folder}/in`);
    const expected = {
      fp16: ["F16", "F16", "I64"],
      int8: ["I8", "F32", "I64"],
      fp32: ["F32", "F32", "I64"],
    } as const;
    for (const dtype of ["fp16", "int8", "fp32"] as const) {
      const steps: number[][] = [];
      const written = await convertModel(`${folder}/in`, `${folder}/${dtype}`, {
        dtype,
        onTensor: (...step) => steps.push(step),
      });
      const names = ["1_Pooling/config.json", "config.json", "model.safetensors", "vocab.txt"];
      assertEquals(written, names);
      assertEquals(steps, [[0, 3], [1, 3], [2, 3]]);
      assertEquals(await Deno.readTextFile(`${folder}/${dtype}/1_Pooling/config.json`), "{1}");
      const reader = await openWeights(`${folder}/${dtype}`);
      const stored = ["weight", "bias", "position_ids"].map((name) => reader.info(name).dtype);
      assertEquals(stored, [...expected[dtype]]);
      assertEquals(await reader.readFloat32("weight"), new Float32Array(320).fill(0.25));
      assertEquals([...(await reader.read("position_ids")).data], [0n, 1n]);
      await reader.close();
    }
    // What was rounded can be converted again.
    await convertModel(`${folder}/int8`, `${folder}/again`, { dtype: "fp16" });
    const reader = await openWeights(`${folder}/again`);
    assertEquals(reader.info("weight").dtype, "F16");
    await reader.close();
  }),
);

Deno.test(
  "convertModel() refuses what does not fit, and what is no model",
  withFolder(async (folder) => {
    await makeModel(`${folder}/in`, 1e6);
    const converting = convertModel(`${folder}/in`, `${folder}/out`, { dtype: "fp16" });
    await assertRejects(() => converting, RangeError, "Cannot store weight as fp16");
    assertEquals(
      [...Deno.readDirSync(`${folder}/out`)].some(({ name }) => /model/.test(name)),
      false,
    );
    await Deno.remove(`${folder}/in/config.json`);
    await assertRejects(
      () => convertModel(`${folder}/in`, `${folder}/out`, { dtype: "fp16" }),
      Error,
      "it has no config.json",
    );
  }),
);
