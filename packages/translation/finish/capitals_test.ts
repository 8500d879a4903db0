import { assertEquals } from "@std/assert";
import { assets as german } from "@heed/model-de-en";
import { assets as english } from "@heed/model-en-de";
import { openModel } from "@heed/model";
import { lowerCapitals, raiseCapitals } from "./capitals.ts";

const [en, de] = await Promise.all(
  [english, german].map(async (assets) => await (await openModel(assets)).marianTokenizer()),
);

Deno.test("lowerCapitals() writes capitals as a sentence, and leaves what is written so", () => {
  const cases: [text: string, lowered: string | undefined][] = [
    ["THE FILE WAS NOT FOUND. TRY AGAIN!", "The file was not found. Try again!"],
    ["WARNING", "Warning"],
    ["THAT IS WHAT I SAID", "That is what I said"],
    ["USB", undefined],
    ["The FILE", undefined],
    ["OK", undefined],
    ["A", undefined],
    ["123 – ?", undefined],
    ["PLUG IN THE USB CABLE", "Plug in the USB cable"],
  ];
  for (const [text, lowered] of cases) {
    assertEquals(lowerCapitals(text, { tokenizer: en, locale: "en" }), lowered, text);
  }
});

Deno.test("lowerCapitals() gives nouns of German their capital", () => {
  assertEquals(
    lowerCapitals("DIE DATEI WURDE NICHT GEFUNDEN", { tokenizer: de, locale: "de-AT" }),
    "Die Datei wurde nicht gefunden",
  );
});

Deno.test("raiseCapitals() goes by the language, if there is such a one", () => {
  assertEquals(raiseCapitals("Straße", "de"), "STRASSE");
  assertEquals(raiseCapitals("iki", "tr_TR"), "İKİ");
  assertEquals(raiseCapitals("two", "no language"), "TWO");
  assertEquals(raiseCapitals("two", undefined), "TWO");
});
