/** Makes a folder of a checkpoint of testdata/bert with a vocabulary beside it. */
export async function tinyEncoder(name: string): Promise<string> {
  const testdata = new URL("../../../testdata/bert/", import.meta.url);
  const folder = await Deno.makeTempDir();
  for (const file of ["config.json", "model.safetensors"]) {
    await Deno.copyFile(new URL(`${name}/${file}`, testdata), `${folder}/${file}`);
  }
  await Deno.copyFile(new URL("vocab.txt", testdata), `${folder}/vocab.txt`);
  return folder;
}
