import { assert, assertEquals } from "@std/assert";
import { createApp } from "../app.ts";
import { fakeModels } from "../testing/fake_models.ts";
import { pageLanguage, pageLanguages, pageTexts } from "./texts.ts";

Deno.test("GET / is a page in the reader's language, with nothing from elsewhere", async () => {
  const app = createApp({ models: fakeModels() });
  const answer = await app.request("/", { headers: { "Accept-Language": "de-AT,de;q=0.9" } });
  const html = await answer.text();
  assert(html.startsWith('<!DOCTYPE html><html lang="de">'), html.slice(0, 100));
  assert(html.includes('<option value="en">Englisch</option>'));
  assertEquals(html.match(/(?:src|href)="(?!page\.|data:|\?lang=)[^"]*"/g), null);
  assert(answer.headers.get("Content-Security-Policy")?.includes("default-src 'none'"));
  for (const file of ["/page.js", "/page.css"]) {
    assertEquals((await app.request(file)).status, 200);
  }
});

Deno.test("pageLanguage() finds a language that the page speaks", () => {
  assertEquals(pageLanguage("fr, de;q=0.5"), "de");
  assertEquals(pageLanguage("zh-Hant-TW"), "zh-TW");
  assertEquals(pageLanguage("zh-CN,en"), "en");
  assertEquals(pageLanguage(undefined), "en");
});

Deno.test("the page says everything in each of its languages", async () => {
  const app = createApp({ models: fakeModels() });
  for (const [code, name] of Object.entries(pageLanguages)) {
    const html = await (await app.request(`/?lang=${code}`)).text();
    assert(html.startsWith(`<!DOCTYPE html><html lang="${code}">`), html.slice(0, 100));
    assert(html.includes(`aria-current="true">${name}<`), `${code} is not marked`);
    assertEquals(Object.keys(pageTexts[code]), Object.keys(pageTexts.en));
    const empty = Object.entries(pageTexts[code]).filter(([, text]) => text.trim() === "");
    assertEquals(empty, []);
  }
});
