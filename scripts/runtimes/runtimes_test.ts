/**
 * Bundles a program that translates and runs it in Node and in headless Chromium: the sentences come
 * out as they do in Deno. What is not installed here is left out, and the output says so.
 */
import { assert, assertEquals } from "@std/assert";
import { createRequire } from "node:module";
import { assets } from "@heed/model-en-de";
import { chooseRuntime } from "@heed/translation";
import { bundle } from "./bundle.ts";
import { findChromium, openPage, startChromium } from "./chromium.ts";
import { findProgram } from "./find_program.ts";
import { nodeVersion, runInNode } from "./node.ts";
import { startPageServer } from "./page_server.ts";
import { type Report, run, type Task } from "./program.ts";
import { sentences } from "./sentences.ts";

const node = await findProgram("node");
const chromium = await findChromium();

/** Until the engine runs the model, tfjs does, and has to be in the bundle with its files beside it. */
const { engine } = await chooseRuntime(assets, { device: "wasm" });
const { resolve } = createRequire(import.meta.url);
const tfjsFiles = engine === "tfjs"
  ? new URL("./", `file://${resolve("@tensorflow/tfjs-backend-wasm")}`)
  : undefined;

/**
 * Scores differ a little between runtimes that fuse multiply-adds and those that do not; with int8
 * somewhat more, where a value falls to the other side of a step.
 */
const SCORE_TOLERANCE = engine === "tfjs" ? 1e-4 : 0.02;

function assertSame(actual: Report, expected: Report): void {
  assertEquals(actual.translations, expected.translations);
  for (const [i, score] of actual.scores.entries()) {
    const difference = Math.abs(score - expected.scores[i]);
    assert(difference <= SCORE_TOLERANCE, `${sentences[i]} ${score}, not ${expected.scores[i]}`);
  }
}

/** Bundles the program, and without tfjs unless that is what runs the model. */
async function bundleProgram(folder: URL, platform: "browser" | "deno"): Promise<void> {
  const files = await bundle([new URL("program.ts", import.meta.url)], {
    folder,
    platform: tfjsFiles ? platform : "browser",
    external: tfjsFiles ? [] : ["@tensorflow/*"],
  });
  if (tfjsFiles) return;
  const bytes = files.values().reduce((sum, length) => sum + length, 0);
  assert(bytes < 1e6, `${bytes} bytes are too many to be without tfjs`);
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

const inDeno = run({ model: assets.base.href });

Deno.test("the program translates in Deno", async () => {
  const { translations, device } = await inDeno;
  console.log(`Deno ${Deno.version.deno}:`, device);
  assertEquals(translations.length, 20);
  assertEquals(translations[0], "Die Datei konnte nicht geöffnet werden.");
  assertEquals(translations[9], "Kann nicht mit der Datenbank verbinden.");
});

if (node === undefined) console.log("node is not on the PATH: its test is ignored");

Deno.test({
  name: "a bundle translates in Node as the program in Deno",
  ignore: node === undefined,
  fn: () =>
    inFolder(async (folder) => {
      await bundleProgram(folder, "deno");
      const task: Task = { model: assets.base.href, tfjsFiles: tfjsFiles?.pathname };
      const report = await runInNode(node!, new URL("program.js", folder), task) as Report;
      console.log(`Node ${await nodeVersion(node!)}:`, report.device);
      assertSame(report, await inDeno);
    }),
});

if (chromium === undefined) console.log("chromium is not on the PATH: its test is ignored");

Deno.test({
  name: "a bundle translates in Chromium as the program in Deno",
  ignore: chromium === undefined,
  fn: (t) =>
    inFolder(async (folder) => {
      await bundleProgram(folder, "browser");
      const browser = await startChromium(chromium!);
      try {
        for (const isolated of [true, false]) {
          const name = `the page is ${isolated ? "" : "not "}cross-origin isolated`;
          await t.step(name, async () => {
            await using server = startPageServer({
              folders: { "/": folder, "/model/": assets.base, "/tfjs/": tfjsFiles ?? folder },
              isolated,
            });
            const { page, complaints } = await openPage(browser, server.url);
            const task: Task = {
              model: `${server.url}model/`,
              tfjsFiles: tfjsFiles && `${server.url}tfjs/`,
            };
            const report = await page.evaluate(
              async ({ program, task }) => (await import(program)).run(task),
              { program: `${server.url}program.js`, task },
            ) as Report;
            console.log(`Chromium ${browser.version()}:`, report.device);
            assertEquals(report.sharesMemory, isolated);
            assertSame(report, await inDeno);
            assertEquals(complaints, []);
            assertEquals(server.requests.filter((line) => !/ 20[046]$/.test(line)), []);
          });
        }
      } finally {
        await browser.close();
      }
    }),
});
