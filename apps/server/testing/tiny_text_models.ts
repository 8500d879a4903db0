import { byteLevelPipeline } from "@heed/tokenizer";
import { servedTextModels } from "../text_models/served_text_models.ts";
import { TextModels } from "../text_models/text_models.ts";

const testdata = new URL("../../../testdata/", import.meta.url);

/** Tiny models with random weights, and vocabularies for them: one that makes vectors, one for each head, one that writes. */
export async function withTinyModels(
  use: (models: TextModels, directories: readonly string[]) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const directories: string[] = [];
  const copy = async (from: string, name: string) => {
    const directory = `${folder}/${name}`;
    await Deno.mkdir(directory);
    for (const file of ["config.json", "model.safetensors"]) {
      await Deno.copyFile(new URL(`${from}/${file}`, testdata), `${directory}/${file}`);
    }
    directories.push(directory);
    return directory;
  };
  try {
    for (const head of ["model", "sequence-classification", "masked-lm"]) {
      const directory = await copy(`bert/bert/${head}`, `tiny-${head}`);
      await Deno.copyFile(new URL("bert/vocab.txt", testdata), `${directory}/vocab.txt`);
    }
    const writer = await copy("engine/gpt2", "tiny-gpt");
    await Deno.writeTextFile(`${writer}/tokenizer.json`, JSON.stringify(letters()));
    const { textModels } = await servedTextModels(directories, { threads: 1, dtype: "fp32" });
    using models = new TextModels(textModels);
    await use(models, directories);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A tokenizer with as many letters as the tiny language model has tokens: bytes from 0x21 on. */
function letters(): unknown {
  const vocab = new Map(
    Array.from({ length: 83 }, (_, id) => [String.fromCharCode(0x21 + id), id]),
  );
  return byteLevelPipeline({ vocab, merges: [] });
}
