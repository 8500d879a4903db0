import { assertEquals, assertMatch } from "@std/assert";
import { assets as germanToEnglish } from "@heed/model-de-en";
import { assets as englishToGerman } from "@heed/model-en-de";
import { Translator } from "@heed/translation";
import { phrasebook, wrongPhrases } from "../../apps/cli/testing/phrasebook.ts";

Deno.test("the phrasebook has twenty phrases, and no translation twice", () => {
  assertEquals(phrasebook.length, 20);
  for (const side of ["en", "de"] as const) {
    const texts = phrasebook.flatMap((phrase) => phrase[side]);
    assertEquals(texts.filter((text, i) => texts.indexOf(text) < i), []);
    for (const text of texts) assertMatch(text, /^\p{Lu}.*[.!?]$/u);
  }
});

Deno.test("wrongPhrases() accepts each translation that is listed, and no other", async () => {
  for (const [from, to] of [["en", "de"], ["de", "en"]] as const) {
    const answers = (change: (text: string, i: number) => string) =>
      wrongPhrases(
        (sources) => {
          assertEquals(sources, phrasebook.map((phrase) => phrase[from][0]));
          return Promise.resolve(phrasebook.map((phrase, i) => change(phrase[to].at(-1)!, i)));
        },
        { from, to },
      );
    assertEquals(await answers((text) => text), []);
    assertEquals(await answers((text) => text.replace(/!$/, ".").replaceAll("'", "’")), []);
    const wrong = await answers((text, i) => i === 3 ? text.toLowerCase() : text);
    assertEquals(wrong.map(({ source }) => source), [phrasebook[3][from][0]]);
    assertEquals((await answers((text) => text.replace("?", "."))).length, 7);
  }
});

Deno.test("the models that ship have the phrasebook right", async () => {
  for (
    const { assets, from, to } of [
      { assets: englishToGerman, from: "en", to: "de" },
      { assets: germanToEnglish, from: "de", to: "en" },
    ] as const
  ) {
    using translator = await Translator.load(assets, { device: "wasm" });
    const wrong = await wrongPhrases(
      async (sources) =>
        (await translator.translate(sources)).map(([{ translation }]) => translation),
      { from, to },
    );
    assertEquals(wrong, []);
  }
});

Deno.test("phrasebook.ts says how many are right", async () => {
  const run = async (...args: string[]) => {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", new URL("phrasebook.ts", import.meta.url).pathname],
        ...["--model", englishToGerman.base.pathname, "--num-beams", "1", ...args],
      ],
    }).output();
    return { code, said: new TextDecoder().decode(stdout) };
  };
  assertEquals((await run("--from", "en", "--to", "en")).code, 2);
  const { code, said } = await run("--from", "en", "--to", "de");
  const [, right] = /(\d+) of 20 right \(en-de\)\n$/.exec(said)!;
  assertEquals(said.match(/^ {2}wrong: /gm)?.length ?? 0, 20 - Number(right));
  assertEquals(code, Number(right) === 20 ? 0 : 1);
});
