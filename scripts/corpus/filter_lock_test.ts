import { assertEquals, assertStringIncludes } from "@std/assert";

const script = new URL("./filter.ts", import.meta.url).pathname;

Deno.test("two filters never write the same text, and what a killed one left is replaced", async () => {
  const folder = await Deno.makeTempDir();
  const recipe = {
    sourceLanguage: "en",
    targetLanguage: "de",
    inputs: ["pairs.tsv"],
  };
  await Deno.writeTextFile(`${folder}/recipe.json`, JSON.stringify(recipe));
  await Deno.writeTextFile(
    `${folder}/pairs.tsv`,
    "Open the file.\tÖffnen Sie die Datei.\tmanual\n",
  );
  const out = `${folder}/out.tsv`;
  const filter = async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--allow-read", "--allow-write", script],
        ...[`${folder}/recipe.json`, "--data", folder, "--out", out],
      ],
    }).output();
    return { code, errors: new TextDecoder().decode(stderr) };
  };
  {
    using other = await Deno.open(`${out}.part`, { write: true, create: true });
    await other.lock(true);
    await other.write(
      new TextEncoder().encode("what the other has so far, which is long\n".repeat(9)),
    );
    const { code, errors } = await filter();
    assertEquals(code, 1);
    assertStringIncludes(errors, "another process is writing");
    assertEquals((await Deno.stat(`${out}.part`)).size > 0, true);
  }
  assertEquals(await filter(), { code: 0, errors: "" });
  assertEquals(await Deno.readTextFile(out), "Open the file.\tÖffnen Sie die Datei.\tmanual\n");
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assertEquals(names, ["out.json", "out.tsv", "pairs.tsv", "recipe.json"]);
  await Deno.remove(folder, { recursive: true });
});
