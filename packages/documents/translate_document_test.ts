import { assert, assertEquals, assertRejects } from "@std/assert";
import type { DocumentFormat } from "./document_format.ts";
import { translateDocument } from "./translate_document.ts";
import { assertIdentity, bytesOf, loud, textsOf, translated } from "./testing/round_trips.ts";

/** A document of each kind that is one text, what is translated in it, and what it becomes in capitals. */
const documents: readonly (readonly [DocumentFormat, string, readonly string[], string])[] = [
  [
    "txt",
    "\ufeffOne. Two.\r\n\r\n  three \n",
    ["One. Two.", "three"],
    "\ufeffONE. TWO.\r\n\r\n  THREE \n",
  ],
  [
    "json",
    '{"key": "One \\u00e9 & \\"two\\"",\n "n": 1.0, "a": ["x", null, "12", {"b" : " y\\n"}]}',
    ['One é & "two"', "x", "y"],
    '{"key": "ONE \\u00c9 & \\"TWO\\"",\n "n": 1.0, "a": ["X", null, "12", {"b" : " Y\\n"}]}',
  ],
  [
    "html",
    '<!doctype html><html><body class=x><p>One <b>two</b> &amp; three<img alt="four"></body>',
    ['<!doctype html><html><body class=x><p>One <b>two</b> &amp; three<img alt="four"></body>'],
    '<!doctype html><html><body class=x><p>ONE <b>TWO</b> &amp; THREE<img alt="four"></body>',
  ],
];

Deno.test("translateDocument() changes texts and nothing else", async () => {
  for (const [format, document, texts, capitals] of documents) {
    assertEquals(await textsOf(document, format), texts);
    await assertIdentity(document, format);
    assertEquals(await translated(document, format, loud), capitals);
  }
});

Deno.test("translateDocument() keeps UTF-16, and refuses what is no Unicode", async () => {
  const utf16 = (text: string) =>
    new Uint8Array(Uint16Array.from([...text].map((letter) => letter.charCodeAt(0))).buffer);
  const options = {
    format: "txt" as const,
    translate: (texts: readonly string[]) =>
      Promise.resolve(texts.map((text) => text.toUpperCase())),
  };
  assertEquals(await translateDocument(utf16("\ufeffäb\n"), options), utf16("\ufeffÄB\n"));
  const error = await assertRejects(() => translateDocument(Uint8Array.of(0xe4, 0x62), options));
  assertEquals(
    (error as Error).message,
    "Cannot read the document: it is not UTF-8; save it as UTF-8",
  );
});

Deno.test("translateDocument() keeps an encoding that a file declares", async () => {
  const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const translate = (translation: string) => ({
    translate: (texts: readonly string[]) => Promise.resolve(texts.map(() => translation)),
  });
  const page = (text: string) => `<meta charset="iso-8859-1"><p>${text}</p>`;
  assertEquals(
    await translateDocument(latin(page("\xe9t\xe9")), {
      format: "html",
      ...translate(page("\xfc → b")),
    }),
    latin(page("\xfc &#8594; b")),
  );
  const catalog = (text: string) =>
    latin(
      'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=ISO-8859-1\\n"\n\n' +
        `msgid "summer"\nmsgstr "${text}"\n`,
    );
  assertEquals(
    await translateDocument(catalog(""), { format: "po", ...translate("\xe9t\xe9") }),
    catalog("\xe9t\xe9"),
  );
  const arrow = translateDocument(catalog(""), { format: "po", ...translate("→") });
  await assertRejects(() => arrow, RangeError, "windows-1252 has no →");
});

Deno.test("translateDocument() sends batches of bounded size, and says how far it is", async () => {
  const lines = Array.from({ length: 300 }, (_, i) => "word ".repeat(i) + "end");
  const sizes: number[] = [], progress: number[] = [];
  await translateDocument(bytesOf(lines.join("\n")), {
    format: "txt",
    translate(texts) {
      assert(texts.length <= 64);
      const size = texts.join("").length;
      assert(size <= 20_000);
      sizes.push(size);
      return Promise.resolve(texts);
    },
    onProgress: ({ done, total }) => progress.push(done / total),
  });
  assert(sizes.length > 10);
  assertEquals([progress[0], progress.at(-1), progress.length], [0, 1, sizes.length + 1]);
});

Deno.test("translateDocument() stops when it is told, and when translations are missing", async () => {
  const controller = new AbortController();
  const stopped = translateDocument(bytesOf("a\n".repeat(200)), {
    format: "txt",
    signal: controller.signal,
    translate(texts) {
      controller.abort(new Error("enough"));
      return Promise.resolve(texts);
    },
  });
  await assertRejects(() => stopped, Error, "enough");
  const short = translateDocument(bytesOf("a\nb"), {
    format: "txt",
    translate: () => Promise.resolve(["a"]),
  });
  await assertRejects(() => short, RangeError, "1 translations of 2 texts");
});
