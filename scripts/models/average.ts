/**
 * Averages the weights of models of one training family: a model and what it became by more training, or
 * checkpoints of several runs (Izmailov et al. 2018; Wortsman et al. 2022, "Model soups").
 *
 *     deno run -A scripts/models/average.ts OUT_DIR MODEL_DIR=0.7 MODEL_DIR=0.3
 *
 * The shares add up to 1. Everything but the weights is the last model's.
 */
import { files, joinPath, openWeights, writeSafetensors } from "@heed/checkpoint";

const WEIGHTS = "model.safetensors";

const [target, ...given] = Deno.args;
const parts = given.map((text) => {
  const at = text.lastIndexOf("=");
  return { directory: text.slice(0, at), share: Number(text.slice(at + 1)) };
});
const total = parts.reduce((sum, { share }) => sum + share, 0);
if (target === undefined || parts.length < 2 || !(Math.abs(total - 1) < 1e-6)) {
  console.error("usage: average.ts OUT_DIR MODEL_DIR=SHARE MODEL_DIR=SHARE..., shares add up to 1");
  Deno.exit(2);
}

const readers = await Promise.all(parts.map(({ directory }) => openWeights(directory)));
const [first, ...others] = readers;
const shapeOf = (reader: typeof first, name: string) =>
  reader.names.includes(name) ? String(reader.info(name).shape) : "none";
for (const [i, other] of others.entries()) {
  const wrong = [...new Set([...first.names, ...other.names])]
    .find((name) => shapeOf(first, name) !== shapeOf(other, name));
  if (wrong === undefined) continue;
  throw new TypeError(
    `Cannot average ${wrong}: it is [${shapeOf(first, wrong)}] in ${parts[0].directory} and ` +
      `[${shapeOf(other, wrong)}] in ${parts[i + 1].directory}`,
  );
}

await files.makeDirectory(target);
for await (const { name, isFile } of Deno.readDir(parts.at(-1)!.directory)) {
  if (!isFile || name === WEIGHTS) continue;
  await Deno.copyFile(`${parts.at(-1)!.directory}/${name}`, `${target}/${name}`);
}
await writeSafetensors(
  joinPath(target, WEIGHTS),
  first.names.map((name) => ({
    name,
    dtype: "F32",
    shape: first.info(name).shape,
    async data(): Promise<Float32Array<ArrayBuffer>> {
      const mean = new Float32Array(first.info(name).shape.reduce((a, b) => a * b, 1));
      for (const [i, reader] of readers.entries()) {
        const values = await reader.readFloat32(name);
        for (let j = 0; j < mean.length; j++) mean[j] += parts[i].share * values[j];
      }
      return mean;
    },
  })),
);
for (const reader of readers) await reader.close();
