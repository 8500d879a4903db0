import { assert, assertEquals } from "@std/assert";
import { fakeModels } from "../../apps/server/testing/fake_models.ts";
import { pageTests, translated } from "./page_tests.ts";

const test = await pageTests({
  makeModels: () => Promise.resolve(fakeModels()),
  settings: { apiKeys: ["secret"] },
});
const query = "?source=en&target=de&q=Open the file.";

test("the page asks for a key where one is needed, and keeps it", async ({ page, address }) => {
  await page.waitForSelector("#status.bad");
  assert((await page.textContent("#status"))!.includes("get an API key"));
  assertEquals(await page.locator("#local:visible").count(), 0, "models are not given away");
  await page.fill("#key", "secret");
  await page.press("#key", "Enter");
  assertEquals(await translated(page), "OPEN THE FILE.");
  const command = await page.textContent("#request");
  assert(command!.includes("Bearer YOUR_KEY") && !command!.includes("secret"), command!);
  await page.goto(address + query);
  assertEquals(await translated(page), "OPEN THE FILE.");
}, { query, expected: /status of 400/ });
