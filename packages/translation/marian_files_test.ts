import { assertEquals } from "@std/assert";
import { readShortlist } from "./shortlist/shortlist_file.ts";
import { Translator } from "./translator.ts";

// What is in the files: testdata/bergamot/README.md.
const folder = new URL("../../testdata/bergamot/", import.meta.url);

for (
  const { name, vocabSize, isShared } of [
    { name: "shared", vocabSize: 33, isShared: true },
    { name: "separate", vocabSize: 34, isShared: false },
  ]
) {
  const directory = new URL(`${name}/`, folder);

  Deno.test(`the lexical shortlist beside a model of Marian serves: ${name}`, async () => {
    const { lists } = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
    const shortlist = (await readShortlist(directory, { vocabSize }))!;
    for (const source of lists.keys()) {
      // Where both sides share the tokens, each may also stay as it is.
      const expected = new Set([0, 1, 2, 3, ...lists[source], ...(isShared ? [source] : [])]);
      assertEquals([...shortlist.select([source])], [...expected].sort((a, b) => a - b));
    }
  });

  Deno.test(`Translator.load() takes the files of Firefox Translations: ${name}`, async () => {
    using translator = await Translator.load(directory, { dtype: "fp32", threads: 1 });
    assertEquals(translator.languages, [{ source: "en", target: "de" }]);
    assertEquals([translator.device?.engine, translator.device?.shortlist], ["engine", true]);
    const [[{ translation }]] = await translator.translate(["the small model"], { numBeams: 1 });
    assertEquals(typeof translation, "string");
  });
}
