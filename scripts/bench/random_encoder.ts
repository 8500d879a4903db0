/** Makes encoders of any size with random weights, to measure what they cost. */
import { writeSafetensors } from "@heed/checkpoint";
import { findFamily, type Json, tensorsOf } from "@heed/model";

/** Sizes of Devlin et al. 2019, and a small one. */
export const SIZES = {
  small: {
    hidden_size: 256,
    num_hidden_layers: 4,
    num_attention_heads: 4,
    intermediate_size: 1024,
  },
  base: {
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
  },
  large: {
    hidden_size: 1024,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    intermediate_size: 4096,
  },
} as const;

/** Writes a model directory; one tensor is in memory at a time. */
export async function writeRandomEncoder(folder: string, json: Json): Promise<void> {
  const config = {
    vocab_size: 30522,
    hidden_act: "gelu",
    max_position_embeddings: 512,
    type_vocab_size: 2,
    pad_token_id: 0,
    layer_norm_eps: 1e-12,
    ...json,
  };
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
  const family = findFamily(String(config["model_type" as keyof typeof config]));
  const tensors = tensorsOf(family.tensors(family.parseConfig(config)));
  let word = 1;
  const random = () => {
    // xorshift32
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return word / 2 ** 31;
  };
  await writeSafetensors(
    `${folder}/model.safetensors`,
    [...tensors.values()].map(({ name, shape, init }) => ({
      name,
      dtype: "F16" as const,
      shape,
      data: () => {
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
        const isOnes = init.kind === "constant" && init.values[0] === 1;
        if (isOnes) values.fill(1);
        else if (init.kind !== "constant") values.forEach((_, i) => values[i] = 0.035 * random());
        return values;
      },
    })),
  );
}

/** Random ids of a text. */
export function randomIds(length: number, vocabSize = 30522): number[] {
  return Array.from({ length }, (_, i) => (i * 2654435761 + 12345) % (vocabSize - 1000) + 1000);
}

/** The fastest of some runs, in milliseconds. */
export async function fastest(run: () => Promise<unknown>, repeats: number): Promise<number> {
  await run();
  let least = Infinity;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
