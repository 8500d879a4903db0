import { assertEquals } from "@std/assert";
import { assets } from "@heed/model-en-de";
import golden from "../../testdata/translation/golden.json" with { type: "json" };

async function run(...args: string[]): Promise<{ code: number; said: string }> {
  const script = new URL("back_translate.ts", import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, ...args],
  }).output();
  return { code, said: new TextDecoder().decode(stderr) };
}

async function backTranslate(...args: string[]): Promise<string> {
  const { code, said } = await run(...args);
  assertEquals(code, 0, said);
  return said;
}

Deno.test("back_translate.ts tags what the model writes, drops what stays, and goes on", async () => {
  const folder = await Deno.makeTempDir();
  const text = `${folder}/text.txt`, out = `${folder}/pairs.tsv`;
  const [{ source, beam: { translation } }] = golden.rows;
  await Deno.writeTextFile(text, `${source}\n\nLinux\nSave the changes.\n`);
  const given = [text, "--model", assets.base.pathname, "--out", out];
  assertEquals(await backTranslate(...given, "--limit", "3"), "3 lines read, 1 pairs written\n");
  const first = `${source}\t<BT> ${translation}\tback-translation\n`;
  assertEquals(await Deno.readTextFile(out), first);
  await backTranslate(...given);
  const [again, second] = (await Deno.readTextFile(out)).split(/(?<=\n)/);
  assertEquals(again, first);
  assertEquals(second.split("\t")[0], "Save the changes.");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("back_translate.ts asks for an equals sign before a negative score", async () => {
  const given = ["a.txt", "--model", "m", "--out", "b.tsv"];
  const { code, said } = await run(...given, "--min-score", "-1.2");
  assertEquals(code, 2);
  assertEquals(said, "--min-score takes a number of nats, with an equals sign: --min-score=-1.5\n");
});
