import { assert, assertEquals, assertMatch } from "@std/assert";
import { pageTests, picture, translated } from "./page_tests.ts";

const test = await pageTests({ settings: { frontendTimeout: 300 } });
const query = "?source=en&target=de&q=Open the file. Then close the window.";

test(
  "a word of the translation has other words, and one takes the sentence's place",
  async ({ page }) => {
    const before = await translated(page);
    await page.click('#output span:text("Öffnen")');
    await page.waitForSelector("#choices [role=menuitem]");
    await picture(page, "choices");
    const choice = await page.textContent("#choices [role=menuitem]");
    const sentence = await page.getAttribute("#choices [role=menuitem]", "title");
    assert(sentence!.includes(choice!));
    await page.click("#choices [role=menuitem]");
    const after = await page.textContent("#output") ?? "";
    assert(after !== before && after.startsWith(`${sentence} `), after);
    assertEquals(after.slice(sentence!.length), before.slice(before.indexOf(".") + 1));
    // The second sentence still knows where it comes from.
    await page.hover('#output span:text("Fenster")');
    assertEquals(await page.textContent("#marks mark"), "window");
  },
  { query },
);

test("words are reached, marked and chosen by keyboard", async ({ page }) => {
  await translated(page);
  await page.focus("#copy");
  await page.keyboard.press("Tab");
  assertEquals(await page.evaluate("document.activeElement.textContent"), "Öffnen");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#choices [role=menuitem]:focus");
  await page.keyboard.press("Escape");
  assertEquals(await page.locator("#choices:popover-open").count(), 0);
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  assertEquals(await page.evaluate("document.activeElement.textContent"), "Datei");
  assertEquals(await page.textContent("#marks mark"), "file");
  await page.keyboard.press("ArrowLeft");
  assertEquals(await page.textContent("#marks mark"), "the");
  assertEquals(await page.textContent("#spoken"), await page.textContent("#output"));
}, { query });

test("the page shows attention as a map, of one sentence at a time", async ({ page }) => {
  await translated(page);
  await page.click("#attention summary");
  await page.waitForSelector("#heat td");
  const [rows, columns] = [page.locator("#heat tr"), page.locator("#heat tr:first-child th")];
  assertEquals(await columns.allTextContents(), [
    "\u00a0Open",
    "\u00a0the",
    "\u00a0file",
    ".",
    "end",
  ]);
  const weights = await rows.nth(1).locator("td .hidden").allTextContents();
  const sum = weights.reduce((sum, weight) => sum + parseInt(weight), 0);
  assert(Math.abs(sum - 100) <= weights.length, `${weights}`);
  await page.hover('#output span:text("Datei")');
  await picture(page, "page"); // the README's
  await page.selectOption("#sentence", "1");
  assertEquals((await columns.allTextContents())[0], "\u00a0The");
}, { query });

test("the page shows its request as a command, and the answer", async ({ page, address }) => {
  await page.fill("#input", "It's open.");
  await translated(page);
  await page.click("#exchange summary");
  const command = await page.textContent("#request") ?? "";
  assert(command.startsWith(`curl -s '${address}v1/translate' \\\n`), command);
  // A shell gives it to the program as it was sent.
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", command.replace(/^curl/, "printf '%s\\n'")],
  }).output();
  const sent = new TextDecoder().decode(stdout).split("\n-d\n")[1];
  assertEquals(JSON.parse(sent).texts, ["It's open."]);
  const answer = JSON.parse(await page.textContent("#response") ?? "");
  assertEquals(answer.translations[0].text, await page.textContent("#output"));
});

test(
  "a press of a key gives up what is under way, and one request follows the pause",
  async ({ page, requests }) => {
    await page.fill("#input", "One two three four five six.");
    await translated(page);
    const before = requests.length;
    await page.focus("#input");
    await page.keyboard.type(" And now some more.", { delay: 5 });
    await page.waitForSelector("#output.old");
    await translated(page);
    assertMatch(await page.inputValue("#input"), /more\.$/);
    const streams = requests.slice(before).filter((line) => line.endsWith("/stream"));
    assertEquals(streams.length, 1);
  },
  {},
);
