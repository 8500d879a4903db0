/// <reference lib="dom" />
import { BrowserSource } from "./browser_source.ts";
import { element, keep, kept, say, source, target, texts } from "./page.ts";
import { serverSource } from "./server_source.ts";
import type { ServerSettings } from "./server_settings.ts";
import type { TranslationSource } from "./translation_source.ts";

/** How long a new service worker may take to see to this page; without it only the next visit is offline. */
const patience = 3000;

let local: BrowserSource | undefined;
const button = element("local");

/** Whoever translates now. */
export function translationSource(): TranslationSource {
  return local ?? serverSource;
}

/**
 * Makes the button work that moves the translating into this browser and back, and does so at once where it was
 * there on the last visit.
 *
 * @param settings What the server wants; where it wants a key it gives no models away.
 * @param onChange Called when another translates from now on.
 * @returns When it is settled who translates.
 */
export async function startBrowserMode(
  { keyRequired }: ServerSettings,
  onChange: () => void,
): Promise<void> {
  button.hidden = keyRequired === true;
  button.addEventListener("click", async () => {
    if (local) stop();
    else if (!await start()) return;
    onChange();
  });
  show(texts.onServer);
  if (!keyRequired && kept("local") === "yes") await start();
}

function stop(): void {
  local?.close();
  local = undefined;
  keep("local", "no");
  show(texts.onServer);
}

async function start(): Promise<boolean> {
  button.setAttribute("disabled", "");
  say(texts.loading);
  const starting = new BrowserSource((done, total) => {
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
    say(`${texts.loading} ${megabytes(done)} / ${megabytes(total)} MB`);
  });
  try {
    const isOffline = await offlineFromNowOn();
    const asked = { text: "", source: source.value, target: target.value };
    const { simd, threads } = await starting.prepare(asked);
    local = starting;
    keep("local", "yes");
    const computes = `WebAssembly (${simd}), ${texts.threads}: ${threads}`;
    show(`${texts.inBrowser}: ${computes}${isOffline ? `, ${texts.offline}` : ""}`);
    say("");
    return true;
  } catch (error) {
    starting.close();
    say(`${texts.failed}: ${(error as Error).message}`, true);
    return false;
  } finally {
    button.removeAttribute("disabled");
  }
}

/** Has the service worker keep the page; false where a browser has none, as on pages by http from elsewhere. */
async function offlineFromNowOn(): Promise<boolean> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return false;
  try {
    await serviceWorker.register("service_worker.js");
    await serviceWorker.ready;
  } catch {
    return false;
  }
  if (!serviceWorker.controller) {
    await new Promise((resolve) => {
      serviceWorker.addEventListener("controllerchange", resolve, { once: true });
      setTimeout(resolve, patience);
    });
  }
  return true;
}

function show(where: string): void {
  element("where").textContent = where;
  button.setAttribute("aria-pressed", String(local !== undefined));
}
