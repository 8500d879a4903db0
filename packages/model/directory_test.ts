import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { openModel, updateJson } from "./directory.ts";

Deno.test("openModel() gives an open directory back, and knows the files of a package", async () => {
  const directory = await openModel(assets);
  assertStrictEquals(await openModel(directory), directory);
  assertEquals(directory.name, "en-de");
  assertEquals(await directory.has("config.json"), true);
  assertEquals(await directory.has("tokenizer.json"), false);
  const config = await directory.config();
  assertEquals([config.modelType, config.vocabSize], ["marian", 8112]);
  const tokenizer = await directory.marianTokenizer({ source_lang: "xx" });
  assertEquals(tokenizer.vocabSize, 8112);
});

Deno.test("a directory reads a file once, however many ask at the same time", async () => {
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(`${path}/config.json`, '{"model_type": "marian"}');
  const directory = await openModel(path);
  const [first, second] = await Promise.all([
    directory.json("config.json"),
    directory.json("config.json"),
  ]);
  assertStrictEquals(first, second);
  await Deno.remove(path, { recursive: true });
  assertStrictEquals(await directory.json("config.json"), first);
});

Deno.test("json() and family() say which file is wrong, and what in it", async () => {
  const path = await Deno.makeTempDir();
  const open = async (text?: string) => {
    if (text !== undefined) await Deno.writeTextFile(`${path}/config.json`, text);
    return await openModel(path);
  };
  const missing = await open();
  assertEquals(await missing.json("config.json"), {});
  await assertRejects(() => missing.family(), Error, "config.json is missing");
  await assertRejects(
    () => missing.checkMarianFiles(),
    Error,
    "config.json, source.spm, target.spm, vocab.json are missing; give a directory",
  );
  for (const text of ["{", "[]", "null", "3"]) {
    const directory = await open(text);
    const error = await assertRejects(() => directory.json("config.json"), SyntaxError);
    assert((error as Error).message.startsWith(`Cannot read ${path}/config.json as JSON`));
  }
  const levels = (count: number) => `{"a":`.repeat(count) + "1" + "}".repeat(count);
  assertEquals(Object.keys(await (await open(levels(100))).json("config.json")), ["a"]);
  for (const count of [101, 100_000]) {
    const deep = await open(levels(count));
    await assertRejects(
      () => deep.json("config.json"),
      SyntaxError,
      `Cannot read ${path}/config.json: it is nested deeper than 100 levels`,
    );
  }
  const other = await open('{"model_type": "t5"}');
  await assertRejects(() => other.family(), SyntaxError, 'model_type is "t5"');
  await Deno.remove(path, { recursive: true });
});

Deno.test("updateJson() keeps what it does not change, and never writes into a broken file", async () => {
  const path = await Deno.makeTempDir();
  const read = async () => JSON.parse(await Deno.readTextFile(`${path}/a.json`));
  await updateJson(path, "a.json", { one: 1, two: 2 });
  await updateJson(path, "a.json", { one: undefined, three: 3 });
  assertEquals(await read(), { two: 2, three: 3 });
  await Deno.writeTextFile(`${path}/a.json`, "{");
  await assertRejects(() => updateJson(path, "a.json", {}), SyntaxError, "a.json");
  assertEquals(await Deno.readTextFile(`${path}/a.json`), "{");
  await Deno.remove(path, { recursive: true });
});

Deno.test("updateJson() that writes several times at once loses nothing", async () => {
  const path = await Deno.makeTempDir();
  const keys = ["a", "b", "c", "d", "e", "f"];
  await Promise.all(keys.map((key) => updateJson(path, "a.json", { [key]: key })));
  const written = JSON.parse(await Deno.readTextFile(`${path}/a.json`));
  assertEquals(Object.keys(written).sort(), keys);
  assertEquals([...Deno.readDirSync(path)].map(({ name }) => name), ["a.json"]);
  await Deno.remove(path, { recursive: true });
});
