/// <reference lib="dom" />
import { element, made, source, target, texts } from "./page.ts";
import type { SentenceAttention } from "./words.ts";

const details = element<HTMLDetailsElement>("attention");
const choice = element<HTMLSelectElement>("sentence");
const table = element<HTMLTableElement>("heat");
let shown: readonly SentenceAttention[] = [];

/** Shows the cross-attention of sentences, one at a time; hides the view where there is none. */
export function showAttention(sentences: readonly SentenceAttention[]): void {
  shown = sentences.filter(({ targetTokens }) => targetTokens.length > 0);
  details.hidden = shown.length === 0;
  choice.replaceChildren(...shown.map(({ source }, number) => {
    const option = made("option", source.length > 60 ? `${source.slice(0, 59)}…` : source);
    (option as HTMLOptionElement).value = String(number);
    return option;
  }));
  choice.parentElement!.hidden = shown.length < 2;
  draw();
}

function draw(): void {
  const sentence = shown[choice.selectedIndex];
  if (!details.open || !sentence) return table.replaceChildren();
  const { sourceTokens, targetTokens, attention } = sentence;
  const head = document.createElement("tr");
  head.append(made("td"), ...sourceTokens.map((token) => header(token, "col", source.value)));
  const rows = targetTokens.map((token, row) => {
    const line = document.createElement("tr");
    line.append(
      header(token, "row", target.value),
      ...attention[row].map((weight, column) =>
        cell(weight, `${nameOf(token)} ← ${nameOf(sourceTokens[column])}`)
      ),
    );
    return line;
  });
  const body = document.createElement("tbody");
  body.append(head, ...rows);
  table.replaceChildren(body);
}

function header(token: string, scope: string, language: string): HTMLElement {
  const node = document.createElement("th");
  node.scope = scope;
  node.append(made("span", nameOf(token)));
  if (language !== "auto") node.lang = language;
  return node;
}

function cell(weight: number, pair: string): HTMLElement {
  const percent = `${Math.round(100 * weight)} %`;
  const node = document.createElement("td");
  node.title = `${pair}: ${percent}`;
  node.style.setProperty("--weight", `${Math.round(100 * weight)}%`);
  const text = made("span", percent);
  text.className = "hidden";
  node.append(text);
  return node;
}

/** A piece of a word as a person reads it; a space before it stands for the begin of a word. */
function nameOf(token: string): string {
  return token === "</s>" ? texts.end : token === "▁" ? "␣" : token.replaceAll("▁", "\u00a0");
}

details.addEventListener("toggle", draw);
choice.addEventListener("change", draw);
