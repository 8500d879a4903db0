/**
 * Bundles programs that translate and runs them in Node and in headless Chromium: the sentences come
 * out as they do in Deno. What is not installed here is left out, and the output says so.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { assets } from "@heed/model-en-de";
import golden from "../../testdata/translation/golden.json" with { type: "json" };
import { bundle } from "./bundle.ts";
import { findChromium, openPage, startChromium } from "./chromium.ts";
import { callInNode, findNode, nodeVersion } from "./node.ts";
import { startPageServer } from "./page_server.ts";
import { type EngineTask, generate, type Report, type Task, translate } from "./program.ts";
import { sentences } from "./sentences.ts";

const node = await findNode();
const chromium = await findChromium();
if (node === undefined) console.log("node is not on the PATH: what runs in it is ignored");
if (chromium === undefined) console.log("chromium is not on the PATH: what runs in it is ignored");

const model = assets.base.href;
// Chromium complains of a file that is looked for in vain.
const shortlist = assets.files.some(({ path }) => path === "shortlist.safetensors");
const entries = ["program.ts", "engine_worker.ts"].map((name) => new URL(name, import.meta.url));

/**
 * Without fused multiply-adds all runtimes compute the same numbers. Where each takes the best that
 * it has, a value of int8 may fall to the other side of a step.
 */
const tolerances = { plain: 1e-6, best: 0.02 };

function assertSame(actual: Report, expected: Report, tolerance: number): void {
  assertEquals(actual.translations, expected.translations);
  for (const [i, score] of actual.scores.entries()) {
    const difference = Math.abs(score - expected.scores[i]);
    assert(difference <= tolerance, `${sentences[i]} ${score}, not ${expected.scores[i]}`);
  }
}

/** Does something in a folder that is gone afterwards. */
async function inFolder(action: (folder: URL) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "heed-runtimes-" });
  try {
    await action(new URL(`file://${path}/`));
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("programs translate in Deno, Node and Chromium, the same everywhere", async (t) => {
  const translated = await translate({ model, threads: 1 });
  const generated = await generate({ model, threads: 1, simd: "plain" });
  console.log(`Deno ${Deno.version.deno}: ${translated.simd}`);

  await t.step("Deno translates, on one thread and on two", async () => {
    assertEquals(translated.translations.length, 20);
    const [first, , third] = translated.translations;
    assertEquals([sentences[0], first], [golden.rows[0].source, golden.rows[0].beam.translation]);
    // Both in one text.
    assertEquals(translated.translations[17], `${first}\n\n${third}`);
    const { translations, threads } = await translate({ model, threads: 2 });
    assertEquals([translations, threads], [translated.translations, 2]);
    const task: EngineTask = { model, threads: 2, simd: "plain" };
    assertSame(await generate(task), generated, tolerances.plain);
  });

  await inFolder(async (folder) => {
    const files = await bundle(entries, folder);
    await Deno.copyFile(
      new URL("engine_worker.js", folder),
      new URL("renamed_worker.js", folder),
    );

    await t.step("the bundle holds no tfjs, and no syntax that Node 20 lacks", async () => {
      const bytes = files.values().reduce((sum, length) => sum + length, 0);
      console.log(`${files.size} files, ${bytes} bytes`);
      // With the readers of every weight format and of HTML; tfjs alone has more than a megabyte.
      assert(bytes < 1.3e6, `${bytes} bytes are too many to be without tfjs`);
      // Bundlers leave `using` as it is.
      for (const name of files.keys()) {
        const text = await Deno.readTextFile(new URL(name, folder));
        assertEquals(text.match(/^\s*(await )?using \w+ =.*/m)?.[0], undefined, name);
      }
    });

    await t.step({
      name: "Node translates",
      ignore: node === undefined,
      fn: async () => {
        const module = new URL("program.js", folder);
        const inNode = async (name: string, task: Task | EngineTask) =>
          await callInNode(node!, module, { name, task }) as Report;
        const report = await inNode("translate", { model, threads: 1 });
        console.log(`Node ${await nodeVersion(node!)}: ${report.simd}`);
        assertSame(report, translated, tolerances.best);
        const task: EngineTask = { model, threads: 2, simd: "plain" };
        assertSame(await inNode("generate", task), generated, tolerances.plain);
      },
    });

    await using browser = chromium === undefined ? undefined : await startChromium(chromium);
    for (const isolated of [true, false]) {
      await t.step({
        name: `Chromium translates in a page that is ${isolated ? "" : "not "}isolated`,
        ignore: chromium === undefined,
        fn: async () => {
          await using server = startPageServer({
            folders: { "/": folder, "/model/": assets.base },
            isolated,
          });
          const { page, complaints } = await openPage(browser!, server.url);
          const inPage = async (name: string, task: Task | EngineTask) =>
            await page.evaluate(
              async ({ name, task }) => (await import(String("/program.js")))[name](task),
              { name, task },
            ) as Report;
          const report = await inPage("translate", { model: "model/", threads: 1, shortlist });
          console.log(`Chromium ${browser!.version()}: ${report.simd}`);
          assertSame(report, translated, tolerances.best);

          // Threads need memory that they can share, which only isolated pages have.
          const threads = isolated ? 2 : 1;
          const task: EngineTask = { model: "/model/", threads: 2, simd: "plain" };
          const found = await inPage("generate", task);
          assertSame(found, generated, tolerances.plain);
          const told = await inPage("translate", {
            model: "/model/",
            threads: 2,
            shortlist,
            workerUrl: "renamed_worker.js",
          });
          assertSame(told, translated, tolerances.best);
          assertEquals([found.threads, told.threads], [threads, threads]);
          const asked = server.requests.join("\n");
          assertEquals(asked.includes("GET /engine_worker.js all 200"), isolated);
          assertEquals(asked.includes("GET /renamed_worker.js all 200"), isolated);

          const lost = await inPage("generate", { ...task, workerUrl: "no_worker.js" });
          assertSame(lost, generated, tolerances.plain);
          assertEquals(lost.threads, 1);
          assertEquals(server.requests.some((line) => line.includes("no_worker.js")), isolated);

          assertStringIncludes(asked, "GET /model/model.safetensors bytes=");
          const missed = server.requests.filter((line) => !/ 20[046]$/.test(line));
          assertEquals(missed.filter((line) => !line.includes("worker")), []);
          assertEquals(complaints, []);
        },
      });
    }
  });
});
