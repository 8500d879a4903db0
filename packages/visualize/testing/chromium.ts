import { type Browser, chromium } from "playwright-core";

/** Where Debian and Ubuntu install Chromium. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const FLAGS = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
];

/** Path of Chromium; undefined, with the reason printed, where there is none. */
export function findChromium(): string | undefined {
  for (const path of PLACES) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // looked for at the next place
    }
  }
  console.log(`skipped: no Chromium at ${PLACES.join(", ")}; apt-get install chromium`);
  return undefined;
}

/** Starts Chromium without a window. */
export async function startChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({ executablePath, args: FLAGS });
}
