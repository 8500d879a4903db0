import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { attentionHtml } from "./attention_html.ts";
import type { AttentionRecord } from "@heed/alignment";
import { findChromium, startChromium } from "./testing/chromium.ts";
import { madeModel } from "./testing/made_attention.ts";

const chromium = findChromium();
/** One for all tests; each opens a page in a context of its own. */
let browser: Browser | undefined;
Deno.test.beforeAll(async () => {
  if (chromium !== undefined) browser = await startChromium(chromium);
});
Deno.test.afterAll(async () => await browser?.close());

/** Opens a page from disk and fails on any error or request that it makes. */
async function withPage(
  records: readonly AttentionRecord[],
  use: (page: Page) => Promise<void>,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".html" });
  await Deno.writeTextFile(path, attentionHtml(records, { title: "Test" }));
  const page = await browser!.newPage(options);
  try {
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on(
      "request",
      (request) =>
        request.url() !== `file://${path}` && !request.url().startsWith(`file://${path}#`) &&
        problems.push(request.url()),
    );
    await page.goto(`file://${path}`);
    await use(page);
    assertEquals(problems, []);
  } finally {
    await page.close();
    await Deno.remove(path);
  }
}

/** Whether anything is drawn between the columns. */
const inkOf = (page: Page): Promise<number> =>
  page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const canvas = document.querySelector("#heads canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 8) ink++;
    done(ink);
  })))`);

const token = (side: string, index: number) =>
  `#heads .token[data-side="${side}"][data-index="${index}"]`;

const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({
    name,
    ignore: chromium === undefined,
    sanitizeOps: false,
    sanitizeResources: false,
    fn,
  });

const records = madeModel(12, 2, 4);
const weightOf = (kind: string, layer: number, head: number, query: number, key: number) =>
  records.find((r) => r.kind === kind && r.layer === layer && r.head === head)!
    .weights[query * 12 + key];

test("the page shows one head that is clicked, and what a hovered token attends to", async () => {
  await withPage(records, async (page) => {
    const all = await inkOf(page);
    await page.click('.head[data-head="2"]');
    const pressed = await page.$$eval(".head", (heads) => heads.map((h) => h.ariaPressed));
    assertEquals(pressed, ["false", "false", "true", "false"]);
    const one = await inkOf(page);
    assert(one > 0 && one < all, `${one} of ${all} pixels`);
    await page.hover(token("query", 3));
    const linked = await page.$$eval(
      "#heads .token.is-linked",
      (tokens) => tokens.map((t) => (t as unknown as { dataset: Record<string, string> }).dataset),
    );
    assert(linked.length > 0 && linked.every(({ side }) => side === "key"));
    for (const { index, weight } of linked) {
      assertAlmostEquals(Number(weight), weightOf("encoder-self", 1, 2, 3, Number(index)), 0.005);
    }
    assertEquals(await page.textContent("#about"), "n attends to");
    const best = linked.reduce((a, b) => Number(a.weight) >= Number(b.weight) ? a : b);
    const first = await page.textContent(".strongest li bdi");
    assertEquals(first, records[0].keyTokens[Number(best.index)]);
    assert((await page.textContent("#told"))!.startsWith("n attends to"));
    const focused = await inkOf(page);
    assert(focused > 0 && focused < one, "only the lines of the token are left");
  });
});

test("the page says who attends to a hovered key", async () => {
  await withPage(records, async (page) => {
    await page.selectOption("#kind", { label: "Cross: target to source" });
    await page.hover(token("key", 0));
    assertEquals(await page.textContent("#about"), "▁The is attended to by");
    const sides = await page.$$eval(
      "#heads .is-linked",
      (tokens) => tokens.map((t) => t.getAttribute("data-side")),
    );
    assert(sides.length > 0 && sides.every((side) => side === "query"));
    assertEquals(await page.locator("#heads .is-generated").count(), 6);
  });
});

test("the page works with the keyboard alone", async () => {
  await withPage(records, async (page) => {
    await page.focus(token("query", 0));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assertEquals(await page.textContent("#about"), "▁did attends to");
    await page.keyboard.press("Enter");
    assertEquals(await page.getAttribute(token("query", 2), "aria-pressed"), "true");
    assert(page.url().endsWith("token=q2"));
    await page.keyboard.press("[");
    assertEquals(await page.inputValue("#layer"), "0");
    await page.keyboard.press("Escape");
    assertEquals(await page.getAttribute(token("query", 2), "aria-pressed"), "false");
    await page.focus("input[value=heads]");
    await page.keyboard.press("ArrowRight");
    assert(await page.isVisible("#model") && !await page.isVisible("#heads"));
  });
});

test("the page shows all heads at a glance and opens the one that is clicked", async () => {
  await withPage(records, async (page) => {
    await page.click("text=Model");
    assertEquals(await page.locator("#model .cell").count(), 8);
    await page.click('#model .cell[data-layer="0"][data-head="3"]');
    assert(await page.isVisible("#heads"));
    assert(page.url().endsWith("view=heads&kind=encoder-self&layer=0&heads=3"));
  });
});

test("the page shows what one token attends to in every layer", async () => {
  await withPage(records, async (page) => {
    await page.click("text=Token");
    await page.click('#token .token[data-index="10"]');
    assertEquals(await page.textContent(".asked"), "▁it");
    assertEquals(await page.locator("#token section").count(), 2);
    const title = await page.getAttribute(
      '#token section[data-layer="1"] .key[data-index="4"]',
      "title",
    );
    const mean = [0, 1, 2, 3].reduce((sum, h) => sum + weightOf("encoder-self", 1, h, 10, 4), 0) /
      4;
    assertAlmostEquals(Number(title!.split(": ")[1]), mean, 0.005);
    assertEquals(await page.locator("#token tbody td").count(), 8);
  });
});

test("the page draws 200 tokens while it scrolls, with a canvas no higher than the window", async () => {
  await withPage(madeModel(200, 1, 4), async (page) => {
    const top = await inkOf(page);
    await page.evaluate('document.querySelector("#heads .scroller").scrollTop = 1500');
    const below = await inkOf(page);
    assert(top > 0 && below > 0);
    const height = await page.evaluate('document.querySelector("#heads canvas").height') as number;
    assert(height <= 2 * 720, String(height));
    await page.hover(token("query", 120));
    assert(await page.locator("#heads .is-linked").count() > 0);
  });
});

test("the page follows dark surroundings and holds still on request", async () => {
  const options = { colorScheme: "dark", reducedMotion: "reduce" } as const;
  await withPage(records, async (page) => {
    const style = (name: string) =>
      page.$eval(
        "body",
        (body, key) => globalThis.getComputedStyle(body).getPropertyValue(key),
        name,
      );
    assertEquals(await style("background-color"), "rgb(22, 24, 29)");
    const transition = await page.$eval(
      ".token",
      (t) => globalThis.getComputedStyle(t).transitionDuration,
    );
    assertEquals(transition, "0s");
  }, options);
});
