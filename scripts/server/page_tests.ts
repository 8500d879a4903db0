/**
 * Opens the server's page in Chromium, for tests.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { createApp, Models, servedModels, type ServerSettings } from "@heed/server";
import type { Keeping } from "../../apps/server/keeping.ts";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { findChromium, startChromium } from "../runtimes/chromium.ts";

/** What answers the page's requests. */
export interface PageApp {
  /** Makes the answer, as `createApp` gives it. */
  fetch(request: Request): Response | Promise<Response>;
}

/** How a page is opened. */
export interface PageOptions extends BrowserContextOptions {
  /** What stands behind the address. */
  readonly query?: string;
  /** Errors in the console that belong to the test. */
  readonly expected?: RegExp;
}

/** A page under test, and its server. */
export interface OpenedPage {
  readonly page: Page;
  readonly address: string;
  /** Every request that reached the server: method and path. */
  readonly requests: readonly string[];
}

/** Folder for pictures of the page, for who wants to look at it. */
const shots = Deno.env.get("HEED_SCREENSHOTS");

/** Takes a picture, where somebody asked for pictures. */
export async function picture(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

/** Waits until the translation is there, with its words. */
export async function translated(page: Page): Promise<string> {
  await page.waitForSelector("#output:not(.old) span");
  return await page.textContent("#output") ?? "";
}

/**
 * Starts a server and a browser for the tests of a file.
 *
 * @param makeModels The models; those that come with Heed when left out.
 * @param keep Opens what the server keeps; nothing when left out.
 * @param wrap What stands before the server, for what it does not have.
 * @returns What declares a test: it fails on any error of the page, and on any request elsewhere.
 */
export async function pageTests(
  {
    makeModels = async () => new Models(await servedModels([], { device: "wasm", threads: 1 })),
    keep = () => Promise.resolve(undefined),
    wrap = (app) => app,
    settings = {},
  }: {
    makeModels?: () => Promise<Models>;
    keep?: (models: Models) => Promise<Keeping | undefined>;
    wrap?: (app: PageApp) => PageApp;
    settings?: Partial<ServerSettings>;
  } = {},
): Promise<
  (name: string, use: (opened: OpenedPage) => Promise<void>, options?: PageOptions) => void
> {
  const chromium = await findChromium();
  if (chromium === undefined) console.log("ignored: no Chromium; apt-get install chromium");
  let browser: Browser;
  let models: Models;
  let keeping: Keeping | undefined;
  let server: Deno.HttpServer<Deno.NetAddr>;
  let requests: string[] = [];

  Deno.test.beforeAll(async () => {
    if (chromium === undefined) return;
    browser = await startChromium(chromium);
    models = await makeModels();
    keeping = await keep(models);
    const { store, jobs } = keeping ?? {};
    const limits = { frontendTimeout: 20, ...settings };
    const app = wrap(createApp({ models, store, jobs, settings: limits }));
    server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return app.fetch(request);
    });
  });
  Deno.test.afterAll(async () => {
    if (chromium === undefined) return;
    await browser.close();
    await server.shutdown();
    await keeping?.stop();
    await keeping?.close();
    models.dispose();
  });

  return (name, use, { query = "", expected, ...options } = {}) =>
    Deno.test({
      name,
      ignore: chromium === undefined,
      sanitizeOps: false,
      sanitizeResources: false,
      fn: async () => {
        const address = `http://127.0.0.1:${server.addr.port}/`;
        const context = await browser.newContext({ locale: "en-GB", ...options });
        const page = await context.newPage();
        const problems: string[] = [];
        const note = (problem: string) => expected?.test(problem) || problems.push(problem);
        page.on("pageerror", (error) => note(error.message));
        page.on("console", (message) => message.type() === "error" && note(message.text()));
        page.on("request", (request) => {
          const url = request.url();
          if (!url.startsWith(address) && !url.startsWith("data:")) problems.push(url);
        });
        requests = [];
        try {
          await page.goto(address + query);
          await use({ page, address, requests });
          assertEquals(problems, []);
        } finally {
          await context.close();
        }
      },
    });
}
