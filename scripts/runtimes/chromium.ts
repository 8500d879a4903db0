/**
 * Opens pages in a headless Chromium of the operating system.
 *
 * @module
 */
import { type Browser, chromium, type Page } from "playwright-core";
import { findProgram } from "./find_program.ts";

/** No network but loopback, and nothing that waits for a person. */
const FLAGS: readonly string[] = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
];

/**
 * Looks for the browser.
 *
 * @returns Its path; undefined when it is not installed.
 */
export async function findChromium(): Promise<string | undefined> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const path = await findProgram(name);
    if (path !== undefined) return path;
  }
  return undefined;
}

/**
 * Starts the browser without a window.
 *
 * @param path Where it is.
 * @returns The browser, which the caller closes.
 */
export async function startChromium(path: string): Promise<Browser> {
  return await chromium.launch({ executablePath: path, args: [...FLAGS] });
}

/**
 * Opens an empty page of its own session, so that pages share no cache.
 *
 * @param browser The browser.
 * @param url What to open.
 * @returns The page, and the errors and warnings of its console so far, which goes on growing.
 */
export async function openPage(
  browser: Browser,
  url: string,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const type = message.type();
    if (type === "error" || type === "warning") complaints.push(`${type}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  await page.goto(url);
  return { page, complaints };
}
