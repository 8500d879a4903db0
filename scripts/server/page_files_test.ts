import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { Models, type ServedModel } from "@heed/server";
import { fakeModel, fakeParts } from "../../apps/server/testing/fake_models.ts";
import { pageTests, picture, translated } from "./page_tests.ts";

/** A model that says the same in Arabic, whatever it is asked. */
const arabic = "افتح الملف ثم أغلق النافذة.";
const toArabic: ServedModel = {
  pairs: [{ source: "en", target: "ar" }],
  load: () => {
    const model = fakeModel({ delay: 300 });
    const ids = [...arabic].map((letter) => letter.codePointAt(0)!);
    const generate: typeof model.generate = async (batch, options) =>
      (await model.generate(batch, options)).map((row) => row.map((one) => ({ ...one, ids })));
    return Promise.resolve({ ...fakeParts(), model: { ...model, generate } });
  },
};

/** Jobs as the server has them, one that is done in four steps. */
function withJobs(request: Request): Response | undefined {
  const { pathname } = new URL(request.url);
  const job = { id: "a-job", state: "running", done: 0, total: 4, error: null };
  if (pathname === "/frontend/settings") {
    return Response.json({ filesTranslation: true, supportedFilesFormat: [".txt"] });
  }
  if (request.method === "POST" && pathname === "/v1/jobs") {
    return Response.json(job, { status: 202 });
  }
  if (pathname === "/v1/jobs/a-job/result") return new Response("RESULT");
  if (pathname !== "/v1/jobs/a-job/events") return undefined;
  const events = async function* () {
    for (let done = 0; done <= 4; done++) {
      const state = done === 4 ? "done" : "running";
      yield `event: ${done === 4 ? "done" : "progress"}\ndata: ${
        JSON.stringify({ ...job, done, state })
      }\n\n`;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const body = ReadableStream.from(events()).pipeThrough(new TextEncoderStream());
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

const test = await pageTests({
  makeModels: () => Promise.resolve(new Models([toArabic])),
  wrap: (app) => ({ fetch: (request) => withJobs(request) ?? app.fetch(request) }),
});

test("a file is sent, its progress shown, and the result offered", async ({ page }) => {
  await page.click("#files summary");
  const file = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("Hi.") };
  await page.setInputFiles("#file", file);
  await page.click("#send");
  const seen = new Set<unknown>();
  while (await page.locator("#result:visible").count() === 0) {
    seen.add(await page.evaluate('document.getElementById("progress").value'));
    if (seen.has(2) && !seen.has(3)) await picture(page, "files");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert([1, 2, 3].every((done) => seen.has(done)), `${[...seen]}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#result")]);
  assertEquals(await Deno.readTextFile((await download.path())!), "RESULT");
  assertEquals(await page.locator("#progress:visible").count(), 0);
});

test("the translation is there while the rest of it is still made", async ({ page }) => {
  await page.fill("#input", Array.from({ length: 40 }, (_, i) => `Sentence ${i}.`).join(" "));
  const lengths = new Set<number>();
  const all = 40 * (arabic.length + 1) - 1;
  while (!lengths.has(all)) {
    lengths.add((await page.textContent("#output"))!.length);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert(lengths.size > 2, `${[...lengths]}`);
});

test("what is written from right to left runs so", async ({ page }) => {
  await translated(page);
  assertEquals(await page.getAttribute("#output", "dir"), "rtl");
  assertEquals(await page.getAttribute("#output", "lang"), "ar");
  assertEquals(await page.getAttribute("#input", "dir"), "ltr");
  await picture(page, "right_to_left");
}, { query: "?source=en&target=ar&q=Open the file, then close the window." });
