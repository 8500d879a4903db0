/// <reference lib="dom" />
import { readEvents } from "./events.ts";
import { type LinkedWord, linkWords, type SentenceAttention } from "./words.ts";

interface PageData {
  readonly texts: Readonly<Record<string, string>>;
  readonly charLimit: number;
  readonly frontendTimeout: number;
  readonly languages: readonly { code: string; targets: readonly string[] }[];
}

const element = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;

const input = element<HTMLTextAreaElement>("input");
const output = element("output");
const marks = element("marks");
const status = element("status");
const source = element<HTMLSelectElement>("source");
const target = element<HTMLSelectElement>("target");
const alternatives = element<HTMLDetailsElement>("alternatives");
const { texts, charLimit, frontendTimeout, languages }: PageData = JSON.parse(
  element("data").textContent!,
);

/** What is under way, and is given up when something new is asked. */
let underWay: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Language that was detected last. */
let detected: string | undefined;

function say(text: string, isBad = false): void {
  status.textContent = text;
  status.classList.toggle("bad", isBad);
}

function showCount(): void {
  const count = [...input.value].length;
  element("count").textContent = charLimit < 0
    ? `${count} ${texts.characters}`
    : `${count} / ${charLimit} ${texts.characters}`;
}

/** Translates what stands in the field, after a pause in the typing. */
function later(): void {
  showCount();
  showMarks([]);
  output.classList.add("old");
  clearTimeout(timer);
  timer = setTimeout(translate, frontendTimeout);
}

async function translate(): Promise<void> {
  clearTimeout(timer);
  underWay?.abort();
  const mine = underWay = new AbortController();
  const text = input.value;
  remember();
  alternatives.hidden = true;
  if (text.trim() === "") {
    output.textContent = "";
    return say("");
  }
  say(texts.working);
  try {
    await stream(text, mine.signal);
    if (!mine.signal.aborted) await explain(text, mine.signal);
  } catch (error) {
    if (!mine.signal.aborted) say(`${texts.failed}: ${(error as Error).message}`, true);
  }
}

/** Shows the translation sentence by sentence, as it comes. */
async function stream(text: string, signal: AbortSignal): Promise<void> {
  const body = { text, source: source.value, target: target.value };
  const answer = await post("v1/translate/stream", body, signal);
  let translation = "";
  for await (const { event, data } of readEvents(answer.body!)) {
    if (signal.aborted) return;
    if (event === "error") throw new Error((data as { error: string }).error);
    if (event === "detected") {
      const { language, confidence } = data as { language: string; confidence: number };
      detected = language;
      const name = new Intl.DisplayNames(document.documentElement.lang, { type: "language" })
        .of(language);
      source.options[0].textContent = `${texts.detect}: ${name} (${confidence} %)`;
      const other = languages.find(({ code }) => code === language)?.targets[0];
      if (language === target.value && confidence > 0 && other) {
        target.value = other; // nobody wants a text in the language that it has
        return await translate();
      }
    }
    if (event === "text") {
      if (translation === "") output.classList.remove("old");
      translation += (data as { text: string }).text;
      output.textContent = translation;
    }
  }
  say("");
}

/** Asks where the words come from, and for other translations. */
async function explain(text: string, signal: AbortSignal): Promise<void> {
  const body = {
    texts: [text],
    source: source.value,
    target: target.value,
    alternatives: 3,
    attention: true,
  };
  element("request").textContent = `POST /v1/translate\n${JSON.stringify(body, null, 2)}`;
  const answer = await (await post("v1/translate", body, signal)).json();
  if (signal.aborted) return;
  const [found] = answer.translations as {
    text: string;
    alternatives: string[];
    sentences?: SentenceAttention[];
  }[];
  element("response").textContent = JSON.stringify(answer, shorten, 2);
  alternatives.hidden = found.alternatives.length === 0;
  alternatives.querySelector("ul")!.replaceChildren(...found.alternatives.map((alternative) => {
    const item = document.createElement("li");
    item.textContent = alternative;
    item.dir = "auto";
    return item;
  }));
  const sentences = found.sentences ?? [];
  showWords(found.text, linkWords({ source: text, translation: found.text, sentences }));
}

/** Attention is many numbers, which nobody reads. */
function shorten(key: string, value: unknown): unknown {
  return key === "attention" ? "…" : value;
}

async function post(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  if (answer.ok) return answer;
  const { error } = await answer.json().catch(() => ({ error: answer.statusText }));
  throw new Error(error);
}

/** Makes the words of the translation show what they come from. */
function showWords(translation: string, links: readonly LinkedWord[]): void {
  const parts: Node[] = [];
  let done = 0;
  for (const { start, end, sources } of links) {
    parts.push(document.createTextNode(translation.slice(done, start)));
    const word = document.createElement("span");
    word.textContent = translation.slice(start, end);
    word.onpointerenter = () => showMarks(sources);
    word.onpointerleave = () => showMarks([]);
    parts.push(word);
    done = end;
  }
  parts.push(document.createTextNode(translation.slice(done)));
  output.replaceChildren(...parts);
}

/** Marks words behind the text that is typed. */
function showMarks(words: readonly { start: number; end: number }[]): void {
  const parts: Node[] = [];
  let done = 0;
  for (const { start, end } of words) {
    parts.push(document.createTextNode(input.value.slice(done, start)));
    const mark = document.createElement("mark");
    mark.textContent = input.value.slice(start, end);
    parts.push(mark);
    done = end;
  }
  if (words.length > 0) parts.push(document.createTextNode(input.value.slice(done)));
  marks.replaceChildren(...parts);
  marks.scrollTop = input.scrollTop;
}

/** Keeps what is asked in the address, so that it can be sent to somebody. */
function remember(): void {
  const query = new URLSearchParams({ source: source.value, target: target.value });
  if (input.value !== "" && input.value.length <= 1000) query.set("q", input.value);
  history.replaceState(null, "", `?${query}`);
}

/** Chooses a target that the source is translated into. */
function fitTarget(): void {
  const offered = languages.find(({ code }) => code === source.value)?.targets;
  if (offered && !offered.includes(target.value)) target.value = offered[0];
}

input.addEventListener("input", later);
input.addEventListener("scroll", () => marks.scrollTop = input.scrollTop);
source.addEventListener("change", () => {
  fitTarget();
  translate();
});
target.addEventListener("change", translate);
element("clear").addEventListener("click", () => {
  input.value = "";
  later();
  input.focus();
});
element("swap").addEventListener("click", () => {
  const from = source.value === "auto" ? detected ?? languages[0].code : source.value;
  const text = output.textContent ?? "";
  source.value = target.value;
  target.value = from;
  fitTarget();
  if (text !== "") input.value = text;
  showCount();
  translate();
});
element("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(output.textContent ?? "");
  say(texts.copied);
});

const asked = new URLSearchParams(location.search);
if (asked.has("source")) source.value = asked.get("source")!;
if (asked.has("target")) target.value = asked.get("target")!;
if (source.selectedIndex < 0) source.value = "auto";
if (target.selectedIndex < 0) target.selectedIndex = 0;
fitTarget();
input.value = asked.get("q") ?? "";
showCount();
if (input.value !== "") translate();
