import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  LanguageError,
  modelLanguages,
  normalizeLanguage,
  selectLanguagePair,
} from "./languages.ts";

const offered = [{ source: "en", target: "de" }, { source: "de", target: "en" }];

Deno.test("normalizeLanguage() brings tags to one form", () => {
  for (
    const [tag, language] of [["en", "en"], ["EN_us", "en"], ["deu", "de"], [" de ", "de"], [
      "?",
      "?",
    ]]
  ) {
    assertEquals(normalizeLanguage(tag), language);
  }
});

Deno.test("selectLanguagePair() finds the first pair that fits", () => {
  assertEquals(selectLanguagePair(offered, {}), offered[0]);
  assertEquals(selectLanguagePair(offered, { to: "en-GB" }), offered[1]);
  assertEquals(selectLanguagePair(offered, { from: "de", to: "en" }), offered[1]);
});

Deno.test("selectLanguagePair() names what is on offer, and what was perhaps meant", () => {
  const message = (asked: { from?: string; to?: string }) =>
    assertThrows(() => selectLanguagePair(offered, asked), LanguageError).message;
  assertEquals(
    message({ from: "en", to: "fr" }),
    "Cannot translate from en to fr: on offer is en to de, de to en",
  );
  assertEquals(
    message({ from: "English", to: "deutsch" }),
    "Cannot translate from English to deutsch: on offer is en to de, de to en; " +
      "did you mean en and de?",
  );
  assertEquals(
    message({ from: "dd" }),
    "Cannot translate from dd: on offer is en to de, de to en; did you mean de?",
  );
  assertEquals(
    assertThrows(() => selectLanguagePair([], { to: "de" }), LanguageError).message,
    "Cannot translate to de: no model is on offer",
  );
});

/** As in `tokenizer_config.json` of opus-mt-en-ROMANCE, shortened. */
const several = modelLanguages({ source: "en", target: "fr+pt+pt_br+zh_TW" }, [
  "pt",
  "pt_br",
  "fr",
]);

Deno.test("modelLanguages() pairs each source with each target that has a token", () => {
  assertEquals(several.map(({ target, targetToken }) => [target, targetToken]), [
    ["pt", ">>pt<<"],
    ["pt_br", ">>pt_br<<"],
    ["fr", ">>fr<<"],
  ]);
  assertEquals(modelLanguages({ source: "fr+es_AR", target: "en" }, []), [
    { source: "fr", target: "en" },
    { source: "es_AR", target: "en" },
  ]);
});

Deno.test("modelLanguages() believes tokens for a family of languages, and not those of others", () => {
  const targets = (target: string, codes: string[]) =>
    modelLanguages({ source: "eng", target }, codes).map(({ target }) => target);
  assertEquals(targets("roa", ["fra", "spa"]), ["fra", "spa"]);
  assertEquals(targets("zho", ["cmn_Hans", "yue", "cmn"]), ["cmn_Hans", "cmn"]);
  assertEquals(targets("deu", ["nds"]), ["deu"]);
  assertEquals(targets("roa", []), ["roa"]);
});

Deno.test("selectLanguagePair() asks for one of several targets, and prefers the tag as written", () => {
  const target = (to: string) => selectLanguagePair(several, { to }).targetToken;
  assertEquals(["pt", "pt_br", "pt-BR", "pt-PT", "fra"].map(target), [
    ">>pt<<",
    ">>pt_br<<",
    ">>pt_br<<",
    ">>pt<<",
    ">>fr<<",
  ]);
  assertEquals(
    assertThrows(() => selectLanguagePair(several, { from: "en" }), LanguageError).message,
    "Cannot choose the language of the translations: the model writes pt, pt_br, fr; " +
      "ask for one of them (to)",
  );
  const message = (to: string) =>
    assertThrows(() => selectLanguagePair(several, { to }), LanguageError).message;
  assertMatch(message("french"), /en to pt_br, en to fr; did you mean fr\?$/);
  const many = modelLanguages(
    { source: "en", target: "mul" },
    Array.from({ length: 26 }, (_, i) => `a${String.fromCharCode(97 + i)}`),
  );
  assertMatch(
    assertThrows(() => selectLanguagePair(many, { to: "de" }), LanguageError).message,
    /^Cannot translate to de: on offer is en to aa, .*, en to al and 14 more$/,
  );
});

Deno.test("selectLanguagePair() takes a family of languages at its word", () => {
  const [pair] = modelLanguages({ source: "roa", target: "en" }, []);
  assertEquals(selectLanguagePair([pair], { from: "it", to: "en" }), pair);
  assertThrows(() => selectLanguagePair([pair], { from: "it", to: "fr" }), LanguageError);
});

Deno.test("modelLanguages() refuses lists that no model has, before they are paired", () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `l${i}`);
  assertEquals(modelLanguages({ source: many(500).join("+"), target: "de" }, []).length, 500);
  const cases: [source: string, target: string, codes: string[], message: string][] = [
    [many(501).join("+"), "de", [], "it names 501 source languages, more than 500"],
    ["+".repeat(100_000), "+".repeat(100_000), [], "it names 100001 source languages"],
    ["en", many(501).join("+"), [], "it names 501 target languages"],
    ["en", "mul", many(501), "it names 501 target tokens"],
    ["en", "d".repeat(5000), [], "among its target languages is longer than 100 characters"],
  ];
  for (const [source, target, codes, message] of cases) {
    const error = assertThrows(
      () => modelLanguages({ source, target }, codes),
      RangeError,
      message,
    );
    assertEquals((error as Error).message.length < 250, true);
  }
});
