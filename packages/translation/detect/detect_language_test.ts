import { assert, assertEquals } from "@std/assert";
import { detectableLanguages, detectLanguage } from "./detect_language.ts";

const languageOf = async (text: string, offered?: string[]) =>
  (await detectLanguage(text, { offered }))[0].language;

Deno.test("detectLanguage() tells languages of many scripts apart", async () => {
  assert((await detectableLanguages()).length >= 60);
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
  for (const [language, text] of Object.entries(texts)) {
    assertEquals(await languageOf(text), language);
  }
});

Deno.test("detectLanguage() takes a language on offer where it is a near thing, and no other", async () => {
  assertEquals(await languageOf("Hello world", ["en", "de"]), "en");
  assertEquals(await languageOf("Hello world", ["de", "en"]), "en");
  assertEquals(await languageOf("Où as-tu mis les clés ?", ["en", "de"]), "fr");
});

Deno.test("detectLanguage() is not sure of what has no letters", async () => {
  for (const text of ["", " ", "12:30", "😆", "---", "3 + 4 = 7"]) {
    assertEquals(await detectLanguage(text), [{ language: "en", confidence: 0 }]);
  }
});

Deno.test("detectLanguage() goes by the script where there is nothing else", async () => {
  assertEquals(await languageOf("4.1 声道"), "zh");
  assertEquals(await languageOf("最低 6 ヵ月"), "ja");
});

Deno.test("detectLanguage() looks at the beginning of a long text alone", async () => {
  const text = "Die Katze schläft auf dem Sofa. ".repeat(100);
  const long = await detectLanguage(text + "The cat sleeps. ".repeat(9999));
  assertEquals(long, await detectLanguage(text));
});

Deno.test("the entry for languages loads no n-grams before a text is to be detected", async () => {
  const script = `
    const { detectLanguage } = await import(${JSON.stringify(import.meta.resolve("./mod.ts"))});
    const before = Deno.memoryUsage().heapUsed;
    const [{ language }] = await detectLanguage("Wo hast du die Schlüssel hingelegt?");
    console.log(language, (Deno.memoryUsage().heapUsed - before) / 2 ** 20 > 20);`;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", config, script],
  }).output();
  const text = new TextDecoder();
  assertEquals(text.decode(stdout).trim(), "de true", text.decode(stderr));
});
