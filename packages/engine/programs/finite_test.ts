import { assertEquals, assertRejects } from "@std/assert";
import { files, joinPath, openWeights, writeSafetensors } from "@heed/checkpoint";
import { CausalEngine } from "../causal/engine.ts";
import { EncoderEngine } from "../encoder/engine.ts";
import { Seq2SeqEngine } from "../seq2seq/engine.ts";

const testdata = new URL("../../../testdata/", import.meta.url);

/** A copy of a model, in which the weights of some name are so large that sums overflow. */
async function overflowing(directory: URL, damaged: RegExp): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const name of ["config.json", "generation_config.json"]) {
    const path = joinPath(directory, name);
    if (await files.exists(path)) await Deno.copyFile(path, `${folder}/${name}`);
  }
  const reader = await openWeights(directory);
  const tensors = [];
  for (const name of reader.names) {
    const values = await reader.readFloat32(name);
    const data = damaged.test(name) ? values.fill(3e38) : values;
    tensors.push({ name, dtype: "F32" as const, shape: [...reader.info(name).shape], data });
  }
  await reader.close();
  await writeSafetensors(`${folder}/model.safetensors`, tensors);
  return folder;
}

/** What each engine says of a damaged layer. */
const cases: readonly {
  name: string;
  model: string;
  damaged: RegExp;
  says: string;
  run: (folder: string, dtype: "fp32" | "int8") => Promise<unknown>;
}[] = [
  {
    name: "an encoder",
    model: "engine/bert/",
    damaged: /layer\.1\.output\.LayerNorm\.weight/,
    says: "what layer 1 of the encoder gives is not finite",
    run: async (folder, dtype) => {
      using engine = await EncoderEngine.load(folder, { dtype, threads: 1 });
      return await engine.pool([[2, 5, 3]], { pooling: "mean" });
    },
  },
  {
    name: "the encoder of an encoder-decoder",
    model: "marian/relu/",
    damaged: /encoder\.layers\.0\.final_layer_norm\.weight/,
    says: "what layer 0 of the encoder gives is not finite",
    run: async (folder, dtype) => {
      using engine = await Seq2SeqEngine.load(folder, { dtype, threads: 1 });
      return await engine.generate([[5, 17, 0]]);
    },
  },
  {
    name: "the decoder of an encoder-decoder",
    model: "marian/relu/",
    damaged: /decoder\.layers\.1\.final_layer_norm\.weight/,
    says: "what layer 1 of the decoder gives is not finite",
    run: async (folder, dtype) => {
      using engine = await Seq2SeqEngine.load(folder, { dtype, threads: 1 });
      return await engine.generate([[5, 17, 0]]);
    },
  },
  {
    name: "a decoder",
    model: "engine/gpt2/",
    damaged: /w[tp]e\.weight/,
    says: "the embeddings of the decoder are not finite",
    run: async (folder, dtype) => {
      using engine = await CausalEngine.load(folder, { dtype, threads: 1 });
      return await engine.generate([[5, 6]], { maxNewTokens: 2 });
    },
  },
];
for (const { name, model, damaged, says, run } of cases) {
  for (const dtype of ["fp32", "int8"] as const) {
    Deno.test(`${name} whose numbers overflow says so, with the layer (${dtype})`, async () => {
      const folder = await overflowing(new URL(model, testdata), damaged);
      const error = await assertRejects(() => run(folder, dtype), RangeError, "not finite");
      assertEquals((error as Error).message.includes(says), true, (error as Error).message);
      await Deno.remove(folder, { recursive: true });
    });
  }
}
