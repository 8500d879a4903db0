/// <reference lib="dom" />
import { element, keep, kept } from "./page.ts";

/** What the server says of itself, as LibreTranslate does. */
export interface ServerSettings {
  readonly keyRequired?: boolean;
  readonly filesTranslation?: boolean;
  readonly supportedFilesFormat?: readonly string[];
}

const key = element<HTMLInputElement>("key");

/** Asks the server; a page without a network has what it said last, or nothing. */
export async function readSettings(): Promise<ServerSettings> {
  const answer = await fetch("frontend/settings").catch(() => undefined);
  return answer?.ok ? await answer.json() : {};
}

/**
 * Asks people for a key where the server wants one, and keeps it in this browser.
 *
 * @param settings What the server wants.
 * @param onChange Called when there is another key.
 */
export function startKey({ keyRequired }: ServerSettings, onChange: () => void): void {
  key.parentElement!.hidden = !keyRequired;
  key.value = kept("key") ?? "";
  key.addEventListener("change", () => {
    keep("key", key.value);
    onChange();
  });
}

/** What requests say beside their body. */
export function keyHeaders(): Record<string, string> {
  return key.value === "" ? {} : { Authorization: `Bearer ${key.value}` };
}
