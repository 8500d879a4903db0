import { assert, assertEquals, assertMatch } from "@std/assert";
import { pageTests, picture, translated } from "./page_tests.ts";

const test = await pageTests();

test(
  "the page translates in the browser, as the server does, and offline afterwards",
  async ({ page, address, requests }) => {
    await page.fill("#input", "Open the file. Then close the window.");
    const onServer = await translated(page);
    assertEquals(await page.textContent("#where"), "On the server");

    await page.click("#local");
    await page.waitForSelector("#local[aria-pressed=true]", { timeout: 60_000 });
    assertMatch(
      await page.textContent("#where") ?? "",
      /^In this browser: WebAssembly \(.+\), threads: \d+, also without a network$/,
    );
    assertEquals(await translated(page), onServer);
    await picture(page, "browser");
    const fetched = requests.filter((line) => line.includes("/browser/models/"));
    assertEquals(new Set(fetched).size, fetched.length, "no file is fetched twice");

    // It streams there as well: sentence by sentence.
    await page.evaluate(`{
    globalThis.lengths = new Set();
    const output = document.getElementById("output");
    const see = () => lengths.add(output.textContent.length);
    new MutationObserver(see).observe(output, { childList: true, subtree: true });
  }`);
    await page.fill("#input", "Open the file. ".repeat(20).trim());
    const sentence = "Öffnen Sie die Datei.";
    await page.waitForSelector(`#output:has-text("${Array(20).fill(sentence).join(" ")}")`);
    const lengths = await page.evaluate("[...lengths]") as number[];
    const ends = Array.from({ length: 20 }, (_, i) => (i + 1) * (sentence.length + 1) - 1);
    assertEquals(ends.filter((end) => !lengths.includes(end)), []);

    await page.context().setOffline(true);
    // The browser itself looks for a newer service worker, however the page is cut off.
    const reached = () => requests.filter((line) => !line.endsWith("/service_worker.js")).length;
    const before = reached();
    await page.goto(`${address}?source=en&target=de&q=Save the text.`);
    await page.waitForSelector("#local[aria-pressed=true]", { timeout: 60_000 });
    assertMatch(await translated(page), /Text\.$/);
    await page.hover('#output span:text("Text")');
    assertEquals(await page.textContent("#marks mark"), "text");

    // The way back has its model too, and what the text is in is found out without a network.
    await page.goto(`${address}?source=auto&target=en&q=Öffnen Sie die Datei.`);
    await page.waitForSelector('#output:has-text("Open the file.")', { timeout: 60_000 });
    assert((await page.textContent("#source option"))!.includes("German"));
    assertEquals(reached(), before, "nothing reached the server");

    await page.context().setOffline(false);
    await page.click("#local");
    await page.waitForSelector("#local[aria-pressed=false]");
    assertEquals(await translated(page), "Open the file.");
    assert(requests.includes("POST /v1/translate/stream"));
  },
  { expected: /ERR_INTERNET_DISCONNECTED|Failed to load resource/ },
);
