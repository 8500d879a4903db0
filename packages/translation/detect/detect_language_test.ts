import { assert, assertEquals } from "@std/assert";
import { detectableLanguages, detectLanguage } from "./detect_language.ts";

const languageOf = (text: string, offered?: string[]) =>
  detectLanguage(text, { offered })[0].language;

Deno.test("detectLanguage() tells languages of many scripts apart", () => {
  assert(detectableLanguages.length >= 60);
  const texts: Record<string, string> = {
    en: "Where did you put the keys?",
    de: "Wo hast du die Schlüssel hingelegt?",
    fr: "Où as-tu mis les clés ?",
    es: "¿Dónde pusiste las llaves?",
    it: "Dove hai messo le chiavi?",
    pt: "Onde você colocou as chaves?",
    ru: "Куда ты положил ключи?",
    uk: "Куди ти поклав ключі?",
    ja: "鍵をどこに置いたの？",
    zh: "你把钥匙放在哪里了？",
    ko: "열쇠를 어디에 두었어?",
    el: "Πού έβαλες τα κλειδιά;",
    he: "איפה שמת את המפתחות?",
    ar: "أين وضعت المفاتيح؟",
    hi: "तुमने चाबियाँ कहाँ रखीं?",
    th: "คุณวางกุญแจไว้ที่ไหน",
  };
  for (const [language, text] of Object.entries(texts)) assertEquals(languageOf(text), language);
});

Deno.test("detectLanguage() takes a language on offer where it is a near thing, and no other", () => {
  assertEquals(languageOf("Hello world", ["en", "de"]), "en");
  assertEquals(languageOf("Hello world", ["de", "en"]), "en");
  assertEquals(languageOf("Où as-tu mis les clés ?", ["en", "de"]), "fr");
});

Deno.test("detectLanguage() is not sure of what has no letters", () => {
  for (const text of ["", " ", "12:30", "😆", "---", "3 + 4 = 7"]) {
    assertEquals(detectLanguage(text), [{ language: "en", confidence: 0 }]);
  }
});

Deno.test("detectLanguage() goes by the script where there is nothing else", () => {
  assertEquals(["4.1 声道", "最低 6 ヵ月"].map((text) => languageOf(text)), ["zh", "ja"]);
});

Deno.test("detectLanguage() looks at the beginning of a long text alone", () => {
  const text = "Die Katze schläft auf dem Sofa. ".repeat(100);
  assertEquals(detectLanguage(text + "The cat sleeps. ".repeat(9999)), detectLanguage(text));
});
