import { assertEquals, assertRejects } from "@std/assert";
import { LanguageError } from "./languages.ts";
import { ReversingModel, WordTokenizer } from "./testing/fake_model.ts";
import { Translator } from "./translator.ts";

function translatorOf(languageCodes: readonly string[]) {
  const tokenizer = Object.assign(new WordTokenizer(), { languageCodes });
  return new Translator({ model: new ReversingModel(), tokenizer });
}

Deno.test("a token of an unknown target language is refused with those that exist", async () => {
  const translator = translatorOf(["fr", "pt_br"]);
  const problem =
    "Cannot translate to >>xx<<: the model has no such token, it has >>fr<< >>pt_br<<";
  await assertRejects(() => translator.translate(["a b", ">>xx<< a b"]), LanguageError, problem);
  await assertRejects(
    () => translator.attention(">>xx<< a", { target: "b" }),
    LanguageError,
    problem,
  );
  const many = translatorOf(Array.from({ length: 130 }, (_, i) => `l${i}`));
  await assertRejects(() => many.translate([">>xx<< a"]), LanguageError, ">>l39<< and 90 more");
});

Deno.test("a token that exists is passed on, and so is anything in a model of one target", async () => {
  const [[known]] = await translatorOf(["fr"]).translate([">>fr<< a b"]);
  assertEquals(known.translation, "b a >>fr<<");
  const [[quote]] = await translatorOf(["fr"]).translate([">>> a <<"]);
  assertEquals(quote.translation, "<< a >>>");
  const [[single]] = await translatorOf([]).translate([">>xx<< a b"]);
  assertEquals(single.translation, "b a >>xx<<");
});
