/// <reference lib="dom" />
import { element, keep, kept, texts } from "./page.ts";

/** As the system has it, or one for good. */
const themes = ["auto", "light", "dark"] as const;

const button = element("theme");

/** Makes the button work that changes the colours. */
export function startTheme(): void {
  let index = Math.max(0, themes.findIndex((theme) => theme === kept("theme")));
  const show = () => {
    document.documentElement.dataset.theme = themes[index];
    button.textContent = `${texts.colours}: ${texts[themes[index]]}`;
  };
  show();
  button.addEventListener("click", () => {
    index = (index + 1) % themes.length;
    keep("theme", themes[index]);
    show();
  });
}
