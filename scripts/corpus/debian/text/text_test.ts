import { assertEquals } from "@std/assert";
import { stripAccelerators } from "./accelerators.ts";
import { stripMarkup } from "./markup.ts";
import { oneLine, sentencePairs } from "./sentence_pairs.ts";

Deno.test("stripAccelerators() takes out the signs of keys, and leaves names", () => {
  const cases: [string, string, string, string][] = [
    ["_File", "_Datei", "File", "Datei"],
    ["E_xit", "B_eenden", "Exit", "Beenden"],
    ["&Open...", "Ö&ffnen ...", "Open...", "Öffnen ..."],
    ["~Insert", "~Einfügen", "Insert", "Einfügen"],
    ["_File", "文件(_F)", "File", "文件"],
    ["&Save As...", "名前を付けて保存(&A)...", "Save As...", "名前を付けて保存..."],
    ["Only outside", "_Nur außen", "Only outside", "Nur außen"],
    ["I&MAP server", "I&MAP-Server", "IMAP server", "IMAP-Server"],
    ["Save && quit", "Sichern && beenden", "Save & quit", "Sichern & beenden"],
    ["AT&T", "AT&T", "AT&T", "AT&T"],
    ["file_name missing", "file_name fehlt", "file_name missing", "file_name fehlt"],
    ["Use __init__", "__init__ nutzen", "Use __init__", "__init__ nutzen"],
    ["Tom &amp; Tim", "Tom &amp; Tim", "Tom &amp; Tim", "Tom &amp; Tim"],
    ["Salt & pepper", "Salz & Pfeffer", "Salt & pepper", "Salz & Pfeffer"],
    ["~5 gardens", "~5 Gärten", "~5 gardens", "~5 Gärten"],
  ];
  for (const [english, translation, ...expected] of cases) {
    const result = stripAccelerators({ english, translation });
    assertEquals([result.english, result.translation], expected);
  }
});

Deno.test("stripAccelerators() leaves long texts alone", () => {
  const english = `_${"x".repeat(100)}`;
  assertEquals(stripAccelerators({ english, translation: "_y" }), { english, translation: "_y" });
});

Deno.test("stripMarkup() takes out tags and decodes entities", () => {
  const cases: [string, string][] = [
    ["no markup & none", "no markup & none"],
    ["<b>Bold</b> &amp; <i>slanted</i>", "Bold & slanted"],
    ['<span weight="bold">Gate</span>', "Gate"],
    ["<p>One.</p><p>Two.</p>", "One.\n\nTwo."],
    ["One.<br/>Two.", "One.\n\nTwo."],
    ["one<nl/>two", "one\n\ntwo"],
    ["Usage: cat <file>", "Usage: cat <file>"],
    ["a < b and <b>c</b>", "a < b and c"],
    ["AT&T <b>&copy</b>", "AT&T &copy"],
    ["<style>p { }</style>Text", "Text"],
    ["cost &lt; 5&nbsp;%", "cost < 5\u00a0%"],
  ];
  for (const [text, expected] of cases) assertEquals(stripMarkup(text), expected);
});

const german = { locale: "de" };

Deno.test("sentencePairs() cuts into sentences where both sides have as many", () => {
  const pairs = sentencePairs({
    english: "The gate is\nclosed. Knock twice.",
    translation: "Das Tor ist zu. Bitte zweimal klopfen.",
  }, german);
  assertEquals(pairs, [
    { english: "The gate is closed.", translation: "Das Tor ist zu." },
    { english: "Knock twice.", translation: "Bitte zweimal klopfen." },
  ]);
});

Deno.test("sentencePairs() cuts at empty lines and list entries first", () => {
  const pairs = sentencePairs({
    english: "Tools:\n\n - rake. Old.\n - spade",
    translation: "Werkzeuge:\n\n - Harke, alt.\n - Spaten",
  }, german);
  assertEquals(pairs, [
    { english: "Tools:", translation: "Werkzeuge:" },
    { english: "- rake. Old.", translation: "- Harke, alt." },
    { english: "- spade", translation: "- Spaten" },
  ]);
});

Deno.test("sentencePairs() keeps a short text whole, and leaves out a long one", () => {
  const short = { english: "It rains. Go in.", translation: "Es regnet, also geh hinein." };
  assertEquals(sentencePairs(short, german), [short]);
  const translation = `Es ${"regnet ".repeat(100)}.`;
  assertEquals(sentencePairs({ ...short, translation }, german), []);
});

Deno.test("sentencePairs() cuts Chinese, which has no spaces", () => {
  const message = { english: "It rains. Go in.", translation: "下雨了。进去吧。" };
  assertEquals(sentencePairs(message, { locale: "zh-CN" }).length, 2);
});

Deno.test("oneLine() leaves single spaces and no invisible characters", () => {
  assertEquals(oneLine(" a\t\u00a0b\r\nSoft\u00adware\u200b u\u0308 "), "a b Software ü");
});

Deno.test("oneLine() joins Chinese and Japanese lines without a space", () => {
  assertEquals(
    oneLine("テーマ付け可\n  能な、\nWeb\nアルバム 集"),
    "テーマ付け可能な、 Web アルバム 集",
  );
});
