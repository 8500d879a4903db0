import { openWeights, writeSafetensors } from "@heed/checkpoint";
import { assertEquals } from "@std/assert";
import { marian } from "./marian.ts";
import { defaultSeq2SeqConfig } from "./marian_config.ts";

const config = defaultSeq2SeqConfig({ vocabSize: 2, hiddenSize: 2, decoderLayers: 0 });

/** Whether a file with these embeddings and this output has an output of its own. */
async function settled(output?: Float32Array | Uint16Array, shape = [2, 2]) {
  const directory = await Deno.makeTempDir();
  const table = { shape, dtype: "F32", data: Float32Array.of(1, 2, 3, 4) } as const;
  const head = output && {
    shape,
    ...output instanceof Float32Array
      ? { dtype: "F32" as const, data: output as Float32Array<ArrayBuffer> }
      : { dtype: "BF16" as const, data: output as Uint16Array<ArrayBuffer> },
  };
  await writeSafetensors(`${directory}/model.safetensors`, [
    { name: "model.shared.weight", ...table },
    ...head ? [{ name: "lm_head.weight", ...head }] : [],
  ]);
  await using reader = await openWeights(directory);
  const { hasStoredOutput = false } = await marian.settle!(config, reader);
  await Deno.remove(directory, { recursive: true });
  return hasStoredOutput;
}

Deno.test("settle() takes a stored output where it differs from the embeddings that the config ties it to", async () => {
  assertEquals(await settled(), false);
  assertEquals(await settled(Float32Array.of(1, 2, 3, 4)), false);
  assertEquals(await settled(Float32Array.of(1, 2, 3, 5)), true);
});

Deno.test("settle() compares numbers where types differ", async () => {
  assertEquals(await settled(Uint16Array.of(0x3f80, 0x4000, 0x4040, 0x4080)), false);
  assertEquals(await settled(Uint16Array.of(0x3f80, 0x4000, 0x4040, 0x40a0)), true);
});

Deno.test("settle() lets a config that unties the output decide", async () => {
  const untied = { ...config, hasUntiedOutput: true };
  const directory = new URL("../../../testdata/marian-tables/untied/", import.meta.url);
  await using reader = await openWeights(directory);
  assertEquals(await marian.settle!(untied, reader), untied);
});
