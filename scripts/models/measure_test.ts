import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { figuresTable, scoreOf } from "./figures.ts";
import { readTestSet } from "./test_sets.ts";

const pair = { source: "en", target: "de" };
const back = { source: "de", target: "en" };

async function withFolder(
  content: Record<string, string>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(content)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readTestSet() reads a table in both directions, and separate files of the pair", () =>
  withFolder({
    "dev.tsv": "One\tEins\torigin\nTwo\tZwei\n",
    "wmt20.en-de.en": "Three\nFour\n",
    "wmt20.en-de.de": "Drei\nVier\n",
    "wmt20.de-en.de": "Fünf\n",
    "wmt20.de-en.en": "Five\n",
    "wmt20.en-de.bergamot-tiny": "Drei!\nVier!\n",
  }, async (folder) => {
    const folders = [`${folder}/none`, folder];
    const read = (set: string, way: { pair: typeof pair; reverse?: boolean }) =>
      readTestSet(set, { folders, ...way });
    assertEquals(await read("dev", { pair }), {
      sources: ["One", "Two"],
      references: ["Eins", "Zwei"],
      peers: {},
    });
    assertEquals((await read("dev", { pair: back, reverse: true }))?.sources, ["Eins", "Zwei"]);
    assertEquals(await read("wmt20", { pair }), {
      sources: ["Three", "Four"],
      references: ["Drei", "Vier"],
      peers: { "Firefox tiny": ["Drei!", "Vier!"] },
    });
    assertEquals(await read("wmt20", { pair: back, reverse: true }), {
      sources: ["Fünf"],
      references: ["Five"],
      peers: {},
    });
    assertEquals(await read("ddtp", { pair }), undefined);
  }));

Deno.test("readTestSet() refuses files that do not fit together", () =>
  withFolder({
    "a.en-de.en": "One\nTwo\n",
    "a.en-de.de": "Eins\n",
    "b.tsv": "One\tEins\nTwo\n",
    "c.tsv": "One\tEins\n",
    "c.en-de.bergamot-tiny": "Eins\nZwei\n",
  }, async (folder) => {
    for (
      const [set, message] of [
        ["a", "it has 1 lines, and there are 2 sources"],
        ["b", "line 2 has no reference"],
        ["c", "bergamot-tiny: it has 2 lines"],
      ]
    ) {
      await assertRejects(() => readTestSet(set, { folders: [folder], pair }), RangeError, message);
    }
  }));

Deno.test("figuresTable() has a row for each set, and a dash for what is not known", () => {
  const ours = { sentences: 2, bleu: 10, chrf: 30.04, splitBleu: 11, splitChrf: 31 };
  const table = figuresTable(
    { dev: ours, wmt20: { ...ours, peers: { "Firefox tiny": { bleu: 35.78, chrf: 63.8 } } } },
    { before: [["first", { dev: { sentences: 2, bleu: 5, chrf: 20 } }]] },
  );
  assertEquals(table.split("\n"), [
    "| Set | What it is | Sentences | BLEU | chrF | BLEU, split | chrF, split | " +
    "BLEU, first | chrF, first | BLEU, Firefox tiny | chrF, Firefox tiny |",
    "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    "| `dev` | mixture, used to choose | 2 | 10.0 | 30.0 | 11.0 | 31.0 | 5.0 | 20.0 | - | - |",
    "| `wmt20` | news, WMT 2020 | 2 | 10.0 | 30.0 | 11.0 | 31.0 | - | - | 35.8 | 63.8 |",
  ]);
});

Deno.test("scoreOf() gives BLEU and chrF with their signatures", () => {
  const text = ["The cat sat on the mat."];
  const { bleu, chrf, signatures } = scoreOf(text, text);
  assertEquals([bleu.toFixed(3), chrf.toFixed(3)], ["100.000", "100.000"]);
  assertStringIncludes(signatures[0], "tok:13a");
  assertStringIncludes(signatures[1], "nc:6");
});

Deno.test("measure.ts measures a model and writes its card, but no line of the field's tests", () =>
  withFolder({
    "handbook.tsv": "Open the file.\tÖffnen Sie die Datei.\n",
    "wmt20.en-de.en": "Close the window.\n",
    "wmt20.en-de.de": "Schließen Sie das Fenster.\n",
    "wmt20.en-de.bergamot-tiny": "Schließen Sie das Fenster.\n",
    "README.md": "# Card\n",
  }, async (folder) => {
    await Deno.symlink(assets.base.pathname, `${folder}/model`);
    const measure = async (...args: string[]) => {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "-A", "--quiet", new URL("measure.ts", import.meta.url).pathname],
          ...[folder, "--data", folder, ...args],
        ],
      }).output();
      return { code, said: new TextDecoder().decode(stderr) };
    };
    const { code, said } = await measure();
    assertEquals(code, 0, said);
    assertStringIncludes(said, "ddtp left out: no ddtp.tsv and no ddtp.en-de.de");
    const figures = JSON.parse(await Deno.readTextFile(`${folder}/figures.json`));
    assertEquals(Object.keys(figures), ["handbook", "wmt20"]);
    assertEquals(figures.handbook.sentences, 1);
    assertEquals(figures.wmt20.peers["Firefox tiny"].bleu.toFixed(1), "100.0");
    const card = await Deno.readTextFile(`${folder}/README.md`);
    assertStringIncludes(card, "tok:13a");
    assertStringIncludes(card, "BLEU, Firefox tiny");
    const samples = await Deno.readTextFile(`${folder}/SAMPLES.md`);
    assertStringIncludes(samples, "Open the file.");
    assertEquals(samples.includes("Close the window."), false);
    const missing = await measure("--sets", "ddtp");
    assertEquals(missing.code, 1);
    assertStringIncludes(missing.said, "Cannot measure ddtp");
  }));
