import axe from "axe-core";
import { assert, assertEquals } from "@std/assert";
import { createApp, Models, servedModels } from "@heed/server";
import type { Browser, Page } from "playwright-core";
import { findChromium, startChromium } from "../runtimes/chromium.ts";

const chromium = await findChromium();
if (chromium === undefined) console.log("skipped: no Chromium; apt-get install chromium");

/** Folder for pictures of the page, for who wants to look at it. */
const shots = Deno.env.get("HEED_SCREENSHOTS");

let browser: Browser;
let models: Models;
let server: Deno.HttpServer<Deno.NetAddr>;
let address: string;

Deno.test.beforeAll(async () => {
  if (chromium === undefined) return;
  browser = await startChromium(chromium);
  models = new Models(await servedModels([], { device: "wasm", threads: 1 }));
  const app = createApp({ models, settings: { frontendTimeout: 20 } });
  server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  address = `http://127.0.0.1:${server.addr.port}/`;
});
Deno.test.afterAll(async () => {
  if (chromium === undefined) return;
  await browser.close();
  await server.shutdown();
  models.dispose();
});

/** Opens the page, and fails on any error or request elsewhere that it makes. */
function test(
  name: string,
  use: (page: Page) => Promise<void>,
  { query = "", ...options }: Parameters<Browser["newPage"]>[0] & { query?: string } = {},
): void {
  Deno.test({
    name,
    ignore: chromium === undefined,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const page = await browser.newPage({ locale: "en-GB", ...options });
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("request", (request) => {
        if (!request.url().startsWith(address) && !request.url().startsWith("data:")) {
          problems.push(request.url());
        }
      });
      try {
        await page.goto(address + query);
        await use(page);
        assertEquals(problems, []);
      } finally {
        await page.close();
      }
    },
  });
}

/** Waits until the translation is there, with its words. */
async function translated(page: Page): Promise<string> {
  await page.waitForSelector("#output:not(.old) span");
  return await page.textContent("#output") ?? "";
}

test("the page translates what is typed, and says from what", async (page) => {
  await page.fill("#input", "Open the file. Then close the window.");
  const translation = await translated(page);
  assert(translation.startsWith("Öffnen Sie die Datei. "), translation);
  assert((await page.textContent("#source option"))!.includes("English"));
  assert(page.url().includes("q=Open"));
});

test("the page shows where a word comes from", async (page) => {
  await translated(page);
  await page.hover('#output span:text("Datei")');
  assertEquals(await page.textContent("#marks mark"), "file.");
  if (shots) await page.screenshot({ path: `${shots}/hover.png` });
  await page.hover("h1");
  assertEquals(await page.locator("#marks mark").count(), 0);
}, { query: "?source=en&target=de&q=Open the file." });

test("the page swaps the languages with the texts", async (page) => {
  await translated(page);
  await page.click("#swap");
  assertEquals(await page.inputValue("#input"), "Öffnen Sie die Datei.");
  await page.waitForSelector('#output:has-text("Open the file.")');
  assertEquals(await page.inputValue("#source"), "de");
}, { query: "?source=en&target=de&q=Open the file." });

test("the page gives alternatives, and clears", async (page) => {
  await translated(page);
  await page.waitForSelector("#alternatives:not([hidden])");
  assert(await page.locator("#alternatives li").count() > 0);
  await page.click("#clear");
  await page.waitForSelector("#output:empty");
  assertEquals(await page.inputValue("#input"), "");
}, { query: "?source=en&target=de&q=Open the file." });

for (const colorScheme of ["light", "dark"] as const) {
  test(`the page has no serious fault of access (${colorScheme})`, async (page) => {
    await translated(page);
    if (shots) await page.screenshot({ path: `${shots}/${colorScheme}.png`, fullPage: true });
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

test("the page fits a phone, and reads in German", async (page) => {
  await translated(page);
  if (shots) await page.screenshot({ path: `${shots}/phone.png`, fullPage: true });
  assertEquals(await page.textContent("#clear"), "Leeren");
  assert(await page.evaluate("document.documentElement.scrollWidth <= innerWidth") as boolean);
}, { locale: "de-DE", viewport: { width: 360, height: 740 }, query: "?q=Open the file." });
