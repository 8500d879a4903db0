/// <reference lib="dom" />
import { element, made, output, texts } from "./page.ts";
import type { WordChoice } from "./word_choices.ts";

const menu = element("choices");

/**
 * Opens a menu below a word.
 *
 * @param node The word.
 * @param choices What may stand in its place; none yet while they are looked for.
 * @param onChoose Called with the one that is taken.
 */
export function openMenu(
  node: HTMLElement,
  choices: readonly WordChoice[] | undefined,
  onChoose: (choice: WordChoice) => void,
): void {
  const items = (choices ?? []).map((choice) => {
    const item = made("button", choice.text);
    item.role = "menuitem";
    item.title = choice.sentence;
    item.onclick = () => {
      menu.hidePopover();
      onChoose(choice);
    };
    return item;
  });
  const note = choices ? texts.noOtherWords : texts.working;
  menu.replaceChildren(...items.length > 0 ? items : [made("p", note)]);
  menu.role = items.length > 0 ? "menu" : "status";
  menu.lang = output.lang;
  menu.dir = output.dir;
  menu.showPopover();
  const { left, bottom } = node.getBoundingClientRect();
  const most = document.documentElement.clientWidth - menu.offsetWidth - 8;
  menu.style.left = `${Math.max(8, Math.min(left, most))}px`;
  menu.style.top = `${Math.min(bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
  items[0]?.focus();
}

/** Closes the menu. */
export function closeMenu(): void {
  menu.hidePopover();
}

menu.addEventListener("keydown", (event) => {
  const { activeElement } = document;
  const next = event.key === "ArrowDown"
    ? activeElement?.nextElementSibling
    : event.key === "ArrowUp"
    ? activeElement?.previousElementSibling
    : undefined;
  if (next instanceof HTMLElement) {
    event.preventDefault();
    next.focus();
  }
});
addEventListener("scroll", closeMenu, { passive: true });
