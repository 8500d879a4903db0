/// <reference lib="dom" />
import { showAttention } from "./attention_view.ts";
import { startBrowserMode, translationSource } from "./browser_mode.ts";
import { closeMenu, openMenu } from "./choice_menu.ts";
import { startFiles } from "./files.ts";
import { data, element, input, made, output, say, source, speak, target, texts } from "./page.ts";
import { readSettings, startKey } from "./server_settings.ts";
import { showMarks, showWords } from "./shown_words.ts";
import { startTheme } from "./theme.ts";
import type { Answer } from "./translation_source.ts";
import { wordChoices } from "./word_choices.ts";
import { type LinkedTranslation, type LinkedWord, linkWords, replaceSentence } from "./words.ts";

const { charLimit, frontendTimeout, languages } = data;
const alternatives = element<HTMLDetailsElement>("alternatives");
/** Alternatives that are shown of the whole text. */
const fewAlternatives = atMost(3);
/** Alternatives in which the words are looked for that may stand in a word's place. */
const manyAlternatives = atMost(8);

/** What is under way, and is given up when something new is asked. */
let underWay: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Language that was detected last. */
let detected: string | undefined;

function atMost(count: number): number {
  return data.alternativesLimit < 0 ? count : Math.min(count, data.alternativesLimit);
}

function showCount(): void {
  const count = [...input.value].length;
  element("count").textContent = charLimit < 0
    ? `${count} ${texts.characters}`
    : `${count} / ${charLimit} ${texts.characters}`;
}

/** Translates what stands in the field, after a pause in the typing; what is under way is given up at once. */
function later(): void {
  underWay?.abort();
  showCount();
  showMarks([]);
  closeMenu();
  output.classList.add("old");
  clearTimeout(timer);
  timer = setTimeout(translate, frontendTimeout);
}

async function translate(): Promise<void> {
  clearTimeout(timer);
  underWay?.abort();
  const { signal } = underWay = new AbortController();
  const text = input.value;
  remember();
  speak(input, source.value);
  speak(output, target.value);
  alternatives.hidden = true;
  showAttention([]);
  if (text.trim() === "") {
    output.textContent = "";
    output.classList.remove("old");
    return say("");
  }
  say(texts.working);
  try {
    const asked = { text, source: source.value, target: target.value };
    await stream(asked, signal);
    if (signal.aborted) return;
    element("spoken").textContent = output.textContent;
    const answer = await translationSource().translate(
      { ...asked, alternatives: fewAlternatives },
      signal,
    );
    if (!signal.aborted) explain(answer);
  } catch (error) {
    if (!signal.aborted) say(`${texts.failed}: ${(error as Error).message}`, true);
  }
}

/** Shows the translation as it comes. */
async function stream(
  asked: { text: string; source: string; target: string },
  signal: AbortSignal,
): Promise<void> {
  let translation = "";
  await translationSource().stream(asked, {
    signal,
    onEvent(event, data) {
      if (signal.aborted) return;
      if (event === "detected") showDetected(data as { language: string; confidence: number });
      if (event !== "text" && event !== "draft") return;
      const { text } = data as { text: string };
      output.classList.remove("old");
      output.textContent = translation + text;
      if (event === "text") translation += text; // else the sentence itself takes its place
    },
  });
  if (!signal.aborted) say("");
}

function showDetected({ language, confidence }: { language: string; confidence: number }): void {
  detected = language;
  speak(input, language);
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
  // The language first: a phone has no room for more.
  source.options[0].textContent = `${names.of(language)} (${confidence} %) – ${texts.detect}`;
  const other = languages.find(({ code }) => code === language)?.targets[0];
  if (language === target.value && confidence > 0 && other) {
    target.value = other; // nobody wants a text in the language that it has
    translate();
  }
}

/** Shows where the words come from, other translations, and what may stand in a word's place. */
function explain(answer: Answer): void {
  alternatives.hidden = answer.alternatives.length === 0;
  alternatives.querySelector("ul")!.replaceChildren(...answer.alternatives.map((alternative) => {
    const item = made("li", alternative);
    speak(item, target.value);
    return item;
  }));
  showTranslation(answer, answer.source);
}

function showTranslation(translation: LinkedTranslation, from: string): void {
  const onChoose = (word: LinkedWord, node: HTMLElement) =>
    choose(word, { node, translation, from });
  showWords(translation.text, linkWords(translation), onChoose);
  showAttention(translation.sentences ?? []);
}

/** Looks for what may stand in a word's place, and puts the sentence there that has it. */
async function choose(
  word: LinkedWord,
  { node, translation, from }: { node: HTMLElement; translation: LinkedTranslation; from: string },
): Promise<void> {
  const { signal } = underWay!;
  const sentence = translation.sentences![word.sentence];
  const start = word.start - word.sentenceStart;
  openMenu(node, undefined, () => {});
  try {
    const asked = { text: sentence.source, source: from, target: target.value };
    const found = await translationSource().translate(
      { ...asked, alternatives: manyAlternatives },
      signal,
    );
    if (signal.aborted) return;
    const choices = wordChoices(sentence.translation, {
      start,
      end: start + word.end - word.start,
      alternatives: [found.text, ...found.alternatives],
    });
    openMenu(node, choices, (choice) => {
      showTranslation(replaceSentence(translation, word.sentence, choice.sentence), from);
      element("spoken").textContent = choice.sentence;
    });
  } catch (error) {
    closeMenu();
    if (!signal.aborted) say(`${texts.failed}: ${(error as Error).message}`, true);
  }
}

/** Keeps what is asked in the address, so that it can be sent to somebody. */
function remember(): void {
  const query = new URLSearchParams({ source: source.value, target: target.value });
  if (input.value !== "" && input.value.length <= 1000) query.set("q", input.value);
  const lang = new URLSearchParams(location.search).get("lang");
  if (lang) query.set("lang", lang);
  history.replaceState(null, "", `?${query}`);
}

/** Chooses a target that the source is translated into. */
function fitTarget(): void {
  const offered = languages.find(({ code }) => code === source.value)?.targets;
  if (offered && !offered.includes(target.value)) target.value = offered[0];
}

function swap(): void {
  const from = source.value === "auto" ? detected ?? languages[0].code : source.value;
  const text = output.textContent ?? "";
  source.value = target.value;
  target.value = from;
  if (source.selectedIndex < 0) source.value = "auto";
  if (target.selectedIndex < 0) target.selectedIndex = 0;
  fitTarget();
  if (text !== "") input.value = text;
  showCount();
  translate();
}

function readAddress(): void {
  const asked = new URLSearchParams(location.search);
  if (asked.has("source")) source.value = asked.get("source")!;
  if (asked.has("target")) target.value = asked.get("target")!;
  if (source.selectedIndex < 0) source.value = "auto";
  if (target.selectedIndex < 0) target.selectedIndex = 0;
  fitTarget();
  if (asked.has("q")) input.value = asked.get("q")!;
  speak(input, source.value);
  speak(output, target.value);
}

input.addEventListener("input", later);
source.addEventListener("change", () => {
  source.options[0].textContent = texts.detect;
  fitTarget();
  translate();
});
target.addEventListener("change", translate);
element("swap").addEventListener("click", swap);
element("clear").addEventListener("click", () => {
  input.value = "";
  showCount();
  translate();
  input.focus();
});
element("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(output.textContent ?? "");
    say(texts.copied);
  } catch (error) {
    // Pages by http from elsewhere may not write there.
    getSelection()?.selectAllChildren(output);
    say(`${texts.failed}: ${(error as Error).message}`, true);
  }
});

startTheme();
readAddress();
showCount();
const settings = await readSettings();
startKey(settings, translate);
startFiles(settings);
await startBrowserMode(settings, translate);
if (input.value !== "") translate();
