import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { ArchiveReader } from "./archive/archive.ts";
import { parseStanzas } from "./archive/stanzas.ts";
import { buildCorpus } from "./build.ts";
import { languageOf, LANGUAGES } from "./languages.ts";
import type { LicenceClass } from "./licences/licence.ts";
import type { Source } from "./source.ts";
import { chooseSources, SOURCES } from "./sources.ts";
import { tableLine } from "./table_file.ts";
import { copyrightOwner } from "./workspace.ts";
import { fixture } from "./testing/fixture.ts";

/** An archive of two descriptions and no packages. */
const archive: ArchiveReader = {
  name: "garden/main",
  folder: "/nowhere",
  environment: {},
  packages: () => Promise.resolve(new Map()),
  findFiles: () => Promise.resolve(new Map()),
  async *descriptions(code) {
    yield* parseStanzas(await Deno.readTextFile(fixture(`translation_${code}`)));
  },
};

/** A source whose package nobody knows the licence of; it repeats a pair, and others are no pairs. */
const strange: Source = {
  name: "strange",
  title: "of unknown licence",
  async *pairs() {
    const document = "shed/tools";
    await Promise.resolve();
    yield { english: "a rake", translation: "eine Harke", document };
    yield { english: "a rake", translation: "eine Harke", document };
    yield { english: "42", translation: "42", document };
    yield { english: "a shed", translation: "a shed", document };
  },
};

function options(output: string, setAside: LicenceClass[] = ["unknown"]) {
  return {
    archive,
    language: languageOf("de"),
    sources: [...chooseSources("ddtp", "de"), strange],
    output,
    setAside: new Set(setAside),
    log: () => {},
  };
}

async function inTemporaryFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("buildCorpus() sets aside what has no known licence, and counts", async () => {
  await inTemporaryFolder(async (folder) => {
    const report = await buildCorpus(options(folder));
    const main = await Deno.readTextFile(`${folder}/pairs.tsv`);
    assertEquals(
      main.split("\n")[1],
      "This program draws gardens.\t" +
        "Dieses Programm zeichnet Gärten.\tddtp/garden",
    );
    assertEquals(main.split("\n").length, 8);
    assertEquals(
      await Deno.readTextFile(`${folder}/unclear.tsv`),
      "a rake\teine Harke\tshed/tools\n",
    );
    assertEquals(report.classes, {
      archive: { pairs: 7, unclear: 0, words: 20 },
      unknown: { pairs: 0, unclear: 1, words: 2 },
    });
    assertEquals(report.sources[1].duplicates, 1);
    assertEquals(report.sources[1].untranslated, 1);
    assertEquals(report.sources[0].notes, {
      "descriptions with differing paragraphs: title alone": 1,
    });
    assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/report.json`)), report);
    const text = await Deno.readTextFile(`${folder}/report.txt`);
    assertMatch(text, /^strange +0 +1 +2 +1 +1 +0\.0 +of unknown licence$/m);
    assertMatch(text, /^shed +0 +1 +2 +unknown +unknown +never read$/m);
  });
});

Deno.test("buildCorpus() sets aside the classes that are named", async () => {
  await inTemporaryFolder(async (folder) => {
    await buildCorpus(options(folder, ["archive"]));
    assertEquals(
      await Deno.readTextFile(`${folder}/pairs.tsv`),
      "a rake\teine Harke\tshed/tools\n",
    );
  });
});

Deno.test("buildCorpus() leaves no table behind when it is interrupted", async () => {
  await inTemporaryFolder(async (folder) => {
    const signal = AbortSignal.abort();
    await assertRejects(() => buildCorpus({ ...options(folder), signal }));
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 0);
  });
});

Deno.test("chooseSources() gives every source once, or says which there are", () => {
  assertEquals(chooseSources("all", "de").length, SOURCES.length);
  assertEquals(chooseSources("all", "fr").some(({ languages }) => languages), false);
  assertEquals(chooseSources("mo, ddtp", "fr").map(({ name }) => name), ["ddtp", "mo"]);
  const error = (() => {
    try {
      chooseSources("ding", "fr");
    } catch (error) {
      return error;
    }
  })();
  assertMatch(String(error), /Cannot read source ding for fr: the sources are .*ddtp, /);
});

Deno.test("languageOf() takes either spelling", () => {
  assertEquals(languageOf("pt-br").code, "pt_BR");
  assertEquals(languageOf("zh_TW").packageSuffix, "zh-tw");
  assertEquals(languageOf("de").folders, ["de", "de_DE"]);
  assertEquals(LANGUAGES.size, 9);
});

Deno.test("tableLine() has three fields whatever they hold", () => {
  const line = tableLine({ english: "a\tb", translation: "c\nd", document: "p/e\rf" });
  assertEquals(line, "a b\tc d\tp/e f\n");
});

Deno.test("copyrightOwner() follows links to another package, and nowhere else", () => {
  const owner = (link: string, target: string) =>
    copyrightOwner("gate", { files: new Map(), refused: [], links: new Map([[link, target]]) });
  assertEquals(owner("usr/share/doc/gate", "usr/share/doc/garden"), "garden");
  assertEquals(
    owner("usr/share/doc/gate/copyright", "usr/share/doc/garden/copyright"),
    "garden",
  );
  assertEquals(owner("usr/share/doc/gate", "etc/passwd"), undefined);
  assertEquals(owner("usr/share/doc/gate", "usr/share/doc/..x"), undefined);
});
