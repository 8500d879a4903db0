import { Buffer } from "node:buffer";
import axe from "axe-core";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startKeeping } from "../../apps/server/keeping.ts";
import { pageTests, picture, translated } from "./page_tests.ts";

const folder = await Deno.makeTempDir({ prefix: "heed-page-" });
const test = await pageTests({
  keep: (models) =>
    startKeeping({ url: undefined, folder, cached: 0, workers: 1, models, onError: console.error }),
});
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

test("the page translates what is typed, and says from what", async ({ page }) => {
  await page.fill("#input", "Open the file. Then close the window.");
  const translation = await translated(page);
  assert(translation.startsWith("Öffnen Sie die Datei. "), translation);
  assertMatch((await page.textContent("#source option"))!, /^English \(\d+ %\) – Detect language$/);
  assert(page.url().includes("q=Open"));
});

test("the page shows where a word comes from", async ({ page }) => {
  await translated(page);
  await page.hover('#output span:text("Datei")');
  assertEquals(await page.textContent("#marks mark"), "file");
  await page.hover("h1");
  assertEquals(await page.locator("#marks mark").count(), 0);
}, { query: "?source=en&target=de&q=Open the file." });

test("the page swaps the languages with the texts", async ({ page }) => {
  await translated(page);
  await page.click("#swap");
  assertEquals(await page.inputValue("#input"), "Öffnen Sie die Datei.");
  await page.waitForSelector('#output:has-text("Open the file.")');
  assertEquals(await page.inputValue("#source"), "de");
}, { query: "?source=en&target=de&q=Open the file." });

test("the page gives alternatives, and clears", async ({ page }) => {
  await translated(page);
  await page.waitForSelector("#alternatives:not([hidden])");
  assert(await page.locator("#alternatives li").count() > 0);
  await page.click("#clear");
  await page.waitForSelector("#output:empty");
  assertEquals(await page.inputValue("#input"), "");
}, { query: "?source=en&target=de&q=Open the file." });

for (const colorScheme of ["light", "dark"] as const) {
  test(`the page has no serious fault of access (${colorScheme})`, async ({ page }) => {
    await translated(page);
    await picture(page, colorScheme);
    // With all that can be opened, the menu of a word too.
    await page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)");
    await page.click('#output span:text("Öffnen")');
    await page.waitForSelector("#choices [role=menuitem]");
    await page.evaluate(axe.source);
    const result = await page.evaluate("axe.run()") as {
      violations: { id: string; impact: string; help: string }[];
    };
    const serious = result.violations.filter(({ impact }) =>
      impact === "serious" || impact === "critical"
    );
    assertEquals(serious.map(({ id, help }) => `${id}: ${help}`), []);
  }, { colorScheme, query: "?source=en&target=de&q=Open the file." });
}

test("the page fits a phone, and reads in German", async ({ page }) => {
  await translated(page);
  await picture(page, "phone");
  assertEquals(await page.textContent("#clear"), "Leeren");
  assert(await page.evaluate("document.documentElement.scrollWidth <= innerWidth") as boolean);
}, { locale: "de-DE", viewport: { width: 360, height: 740 }, query: "?q=Open the file." });

test("the page has a file translated, by a job of the server", async ({ page, requests }) => {
  await page.click("#files summary");
  const buffer = Buffer.from("Open the file.\n\nOpen the file.\n");
  await page.setInputFiles("#file", { name: "a.txt", mimeType: "text/plain", buffer });
  await page.click("#send");
  await page.waitForSelector("#result:visible");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#result")]);
  const result = await Deno.readTextFile((await download.path())!);
  assertEquals(result, "Öffnen Sie die Datei.\n\nÖffnen Sie die Datei.\n");
  assert(requests.includes("POST /v1/jobs"));
}, { query: "?source=en&target=de" });
