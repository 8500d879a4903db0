/// <reference lib="dom" />
import { input, made, output, texts } from "./page.ts";
import type { LinkedWord, Place } from "./words.ts";

const marks = document.getElementById("marks")!;

/**
 * Makes the words of the translation show what they come from, by pointer and by keyboard, and gives a word that is
 * chosen on.
 *
 * @param translation The translation.
 * @param words Its words.
 * @param onChoose Called with a word that is clicked, and its element.
 */
export function showWords(
  translation: string,
  words: readonly LinkedWord[],
  onChoose: (word: LinkedWord, node: HTMLElement) => void,
): void {
  const parts: Node[] = [];
  let done = 0;
  for (const word of words) {
    parts.push(document.createTextNode(translation.slice(done, word.start)));
    const node = made("span", translation.slice(word.start, word.end));
    node.role = "button";
    node.ariaHasPopup = "menu";
    // One stop for the tabulator, and arrows from word to word.
    node.tabIndex = word === words[0] ? 0 : -1;
    node.title = texts.otherWords;
    node.onpointerenter = node.onfocus = () => showMarks(word.sources);
    node.onpointerleave = node.onblur = () => showMarks([]);
    node.onclick = () => onChoose(word, node);
    node.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        onChoose(word, node);
      } else move(event, node);
    };
    parts.push(node);
    done = word.end;
  }
  parts.push(document.createTextNode(translation.slice(done)));
  output.replaceChildren(...parts);
}

function move(event: KeyboardEvent, from: HTMLElement): void {
  const isForward = event.key === (output.dir === "rtl" ? "ArrowLeft" : "ArrowRight");
  if (!isForward && event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  event.preventDefault();
  const next = isForward ? from.nextElementSibling : from.previousElementSibling;
  if (!(next instanceof HTMLElement)) return;
  from.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** Marks words behind the text that is typed. */
export function showMarks(words: readonly Place[]): void {
  const parts: Node[] = [];
  let done = 0;
  for (const { start, end } of words) {
    if (start < done) continue;
    parts.push(document.createTextNode(input.value.slice(done, start)));
    parts.push(made("mark", input.value.slice(start, end)));
    done = end;
  }
  if (words.length > 0) parts.push(document.createTextNode(input.value.slice(done)));
  marks.dir = input.dir;
  marks.replaceChildren(...parts);
  marks.scrollTop = input.scrollTop;
}

input.addEventListener("scroll", () => marks.scrollTop = input.scrollTop);
