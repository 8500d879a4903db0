/** Reads the golden values of a checkpoint; testdata/engine/README.md names the programs that made them. */
export async function readGolden<Golden>(
  name: string,
): Promise<{ directory: URL; golden: Golden }> {
  const directory = new URL(`../../../testdata/engine/${name}/`, import.meta.url);
  return {
    directory,
    golden: JSON.parse(await Deno.readTextFile(new URL("golden.json", directory))),
  };
}
