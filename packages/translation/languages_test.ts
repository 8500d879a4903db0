import { assertEquals, assertThrows } from "@std/assert";
import { LanguageError, normalizeLanguage, selectLanguagePair } from "./languages.ts";

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
