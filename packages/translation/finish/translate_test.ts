import { assertEquals } from "@std/assert";
import { assets as german } from "@heed/model-de-en";
import { assets as english } from "@heed/model-en-de";
import type { GenerateOptions, Hypothesis } from "@heed/search";
import { ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { Translator } from "../translator.ts";

/** A model that answers each sentence by a table, and babbles about what is not in it. */
class TableModel extends ReversingModel {
  readonly #tokenizer: WordTokenizer;
  readonly #answers: Readonly<Record<string, string>>;

  constructor(tokenizer: WordTokenizer, answers: Readonly<Record<string, string>>) {
    super({ maxSourceTokens: 30 });
    this.#tokenizer = tokenizer;
    this.#answers = answers;
  }

  override generate(inputIds: number[][], options: GenerateOptions): Promise<Hypothesis[][]> {
    this.batches.push(inputIds);
    this.options.push(options);
    return Promise.resolve(inputIds.map((source) => {
      const text = this.#tokenizer.decode(source);
      const key = options.noRepeatNgramSize ? `again: ${text}` : text;
      const { ids } = this.#tokenizer.encode(this.#answers[key] ?? "la la la la");
      return [{ ids, logProb: -1, score: -1, finished: true, tokenLogProbs: ids.map(() => 0) }];
    }));
  }
}

async function translate(text: string, answers: Readonly<Record<string, string>>) {
  const tokenizer = new WordTokenizer();
  const model = new TableModel(tokenizer, answers);
  const [[best]] = await new Translator({ model, tokenizer }).translate([text]);
  return { ...best, model };
}

Deno.test("translate() searches again, more widely and without repetition, when the model babbles", async () => {
  const { translation, untranslated, model } = await translate("One. Two.", {
    "One.": "Eins.",
    "again: Two.": "Zwei.",
  });
  assertEquals([translation, untranslated], ["Eins. Zwei.", undefined]);
  assertEquals(model.options.map(({ numBeams }) => numBeams), [4, 6]);
});

Deno.test("translate() goes clause by clause when the model babbles still", async () => {
  const text = "we sing all day, they dance all night";
  const { translation, untranslated } = await translate(text, {
    "we sing all day": "wir singen immerzu",
    "again: they dance all night": "sie tanzen immerfort",
  });
  assertEquals([translation, untranslated], [
    "wir singen immerzu, sie tanzen immerfort",
    undefined,
  ]);
});

Deno.test("translate() gives a sentence back as it is, and says so, when nothing helps", async () => {
  const text = "First.  We sing all day, they dance all night.\nLast.";
  const answers = { "First.": "Erstens.", "We sing all day": "Wir singen", "Last.": "Zuletzt." };
  const { translation, untranslated } = await translate(text, answers);
  assertEquals(translation, "Erstens.  We sing all day, they dance all night.\nZuletzt.");
  assertEquals(untranslated, true);
});

Deno.test("translate() does not judge translations that are to be short", async () => {
  const tokenizer = new WordTokenizer();
  const translator = new Translator({ model: new TableModel(tokenizer, {}), tokenizer });
  const [[best]] = await translator.translate(["One."], { maxNewTokens: 4 });
  assertEquals(best.translation, "la la la la");
});

Deno.test("translate() reads capitals as a sentence, and writes capitals", async () => {
  const answers = { "Stop now X1 please": "Bitte halte X1 an" };
  assertEquals(
    (await translate("STOP NOW {name} PLEASE", answers)).translation,
    "BITTE HALTE {name} AN",
  );
});

Deno.test("translate() reads words without their soft hyphens", async () => {
  const { translation } = await translate("a pass\u00adword", { "a password": "ein Kennwort" });
  assertEquals(translation, "ein Kennwort");
});

Deno.test("translate() gives attention of what the model read, and none of what stands as it was", async () => {
  const tokenizer = new WordTokenizer();
  const model = new TableModel(tokenizer, { "One.": "One." });
  const translator = new Translator({ model, tokenizer });
  const [[{ sentences }]] = await translator.translate(["One. Two."], { attention: true });
  assertEquals(sentences!.map(({ sourceTokens, untranslated }) => [sourceTokens, untranslated]), [
    [["One.", "</s>"], undefined],
    [[], true],
  ]);
});

for (
  const [name, assets, hyphenated] of [
    ["en-de", english, "The pass\u00adword is wrong."],
    ["de-en", german, "Das Kenn\u00adwort ist falsch."],
  ] as const
) {
  Deno.test(`the shipped model (${name}) gives back what is no language, and does not see soft hyphens`, async () => {
    using translator = await Translator.load(assets, { device: "wasm", threads: 1 });
    const translate = async (texts: string[]) =>
      (await translator.translate(texts)).map(([{ translation }]) => translation);
    const days = Array.from({ length: 31 }, (_, i) => String(i + 1));
    const texts = [" ", "-", "", "|", "▾", "• —", ...days];
    assertEquals(await translate(texts), texts);
    const [soft, plain] = await translate([hyphenated, hyphenated.replace("\u00ad", "")]);
    assertEquals(soft, plain);
  });
}
