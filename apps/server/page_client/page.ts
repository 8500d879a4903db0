/// <reference lib="dom" />
import type { PageTexts } from "../page/texts.ts";

/** What the server wrote into the page. */
interface PageData {
  readonly texts: PageTexts;
  readonly charLimit: number;
  readonly alternativesLimit: number;
  readonly frontendTimeout: number;
  readonly languages: readonly { code: string; targets: readonly string[] }[];
}

/** An element of the page, which is there. */
export const element = <Kind extends HTMLElement>(id: string): Kind =>
  document.getElementById(id) as Kind;

export const data: PageData = JSON.parse(element("data").textContent!);
export const texts: PageTexts = data.texts;
export const input: HTMLTextAreaElement = element("input");
export const output: HTMLElement = element("output");
export const source: HTMLSelectElement = element("source");
export const target: HTMLSelectElement = element("target");

/** Tells what happens, in the line that screen readers read. */
export function say(text: string, isBad = false): void {
  const status = element("status");
  status.textContent = text;
  status.classList.toggle("bad", isBad);
}

/** Makes an element with a text in it. */
export function made(name: string, text = ""): HTMLElement {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}

/** Scripts that are written from right to left. */
const rightToLeft = ["Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"];

/** Says of an element in which language its text is, and so in which direction it runs. */
export function speak(node: HTMLElement, language: string): void {
  if (language === "auto") {
    node.dir = "auto";
    return node.removeAttribute("lang");
  }
  const { script = "" } = new Intl.Locale(language).maximize();
  node.dir = rightToLeft.includes(script) ? "rtl" : "ltr";
  node.lang = language;
}

/** What this browser keeps of the last visit; nothing where it keeps nothing. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`heed-${name}`);
  } catch {
    return null;
  }
}

/** Keeps something for the next visit. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`heed-${name}`, value);
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}
