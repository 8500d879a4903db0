/**
 * Translates a 5 MB page of HTML and a Word document of 300 pages, and prints time and memory as it goes.
 *
 *     deno run -A scripts/bench/documents.ts [--model DIR | --shipped] [--megabytes 5] [--pages 300] [--save FOLDER]
 *
 * Without a model every text comes back as it is, so that what is measured is finding texts and writing the document.
 * Memory is that of the process; what it is at the first tenth it should be at the last.
 */
import { parseArgs } from "@std/cli";
import { zipSync } from "fflate";
import { type DocumentFormat, translateDocument } from "@heed/documents";
import { chooseModel, Translator } from "@heed/translation";

const args = parseArgs(Deno.args, {
  string: ["model", "megabytes", "pages", "save"],
  boolean: ["shipped"],
});

const subjects = "The captain|My sister|A small boat|The old man|Nobody|The cook|Every child".split(
  "|",
);
const verbs = "opens|paints|forgets|carries|likes|sells|finds".split("|");
const objects = "the door|two apples|a letter|the garden|her hat|some bread|the map".split("|");
const ends = "in the morning|before dinner|by the river|without a word|after the rain".split("|");

/** Sentences that differ, as those of a book do. */
function sentence(number: number, mark: (words: string) => string): string {
  const of = (words: readonly string[], by: number) =>
    words[Math.floor(number / by) % words.length];
  return `${of(subjects, 1)} ${of(verbs, 7)} ${mark(of(objects, 49))} ${of(ends, 343)}, ${number}.`;
}

function paragraph(number: number, mark: (words: string) => string): string {
  return Array.from({ length: 6 }, (_, i) => sentence(number * 6 + i, i === 2 ? mark : (w) => w))
    .join(" ");
}

function page(megabytes: number): Uint8Array {
  const parts = ["<!doctype html><html><head><title>A long page</title></head><body>\n"];
  for (let number = 0, length = 0; length < megabytes * 1e6; number++) {
    const text = paragraph(number, (words) => `<a href="/${number}"><b>${words}</b></a>`);
    const part = number % 8 === 0
      ? `<h2>${sentence(number, (w) => w)}</h2>\n<p>${text}</p>\n`
      : `<p>${text}</p>\n`;
    parts.push(part);
    length += part.length;
  }
  return new TextEncoder().encode(parts.join("") + "</body></html>\n");
}

/** A page has about 500 words: eight paragraphs. */
function wordDocument(pages: number): Uint8Array {
  const run = (text: string, look = "") =>
    `<w:r>${look}<w:t xml:space="preserve">${text}</w:t></w:r>`;
  const paragraphs = Array.from({ length: pages * 8 }, (_, number) => {
    const marked = paragraph(number, (words) => `|${words}|`).split("|");
    return `<w:p>${
      marked.map((text, i) => run(text, i === 1 ? "<w:rPr><w:b/></w:rPr>" : "")).join("")
    }</w:p>`;
  });
  const space = "http://schemas.openxmlformats.org";
  const files = {
    "[Content_Types].xml":
      `<Types xmlns="${space}/package/2006/content-types"><Default Extension="rels" ContentType="` +
      `application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType=` +
      `"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    "_rels/.rels":
      `<Relationships xmlns="${space}/package/2006/relationships"><Relationship Id="r1" Type="` +
      `${space}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/document.xml": `<w:document xmlns:w="${space}/wordprocessingml/2006/main"><w:body>` +
      `${paragraphs.join("")}</w:body></w:document>`,
  };
  const encoder = new TextEncoder();
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, encoder.encode(text)])),
  );
}

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;

async function measure(
  bytes: Uint8Array,
  { format, translator }: { format: DocumentFormat; translator: Translator | undefined },
): Promise<void> {
  const started = performance.now();
  const before = Deno.memoryUsage().rss;
  let most = before, shown = -1, words = 0;
  const translated = await translateDocument(bytes, {
    format,
    async translate(texts, options) {
      words += texts.reduce((sum, text) => sum + text.split(/\s+/).length, 0);
      if (translator === undefined) return texts;
      const results = await translator.translate([...texts], options);
      return results.map(([best]) => best.translation);
    },
    onProgress({ done, total }) {
      const { rss } = Deno.memoryUsage();
      most = Math.max(most, rss);
      const tenth = Math.floor(done / total * 10);
      if (tenth === shown) return;
      shown = tenth;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`  ${tenth * 10} %, ${done} of ${total} texts, ${seconds} s, ${megabytes(rss)}`);
    },
  });
  const seconds = (performance.now() - started) / 1000;
  const rate = (words / seconds).toFixed(0);
  console.log(
    `${format}: ${megabytes(bytes.length)} in, ${megabytes(translated.length)} out, ${
      seconds.toFixed(1)
    } s, ` +
      `${rate} words/s, memory ${megabytes(before)} before, ${megabytes(most)} at most`,
  );
  if (args.save !== undefined) {
    await Deno.writeFile(`${args.save}/translated.${format}`, translated);
  }
}

const choice = args.shipped ? { from: "en", to: "de" } : { model: args.model };
const isTranslated = args.shipped || args.model !== undefined;
using translator = isTranslated ? await Translator.load(await chooseModel(choice)) : undefined;
await measure(page(Number(args.megabytes ?? 5)), { format: "html", translator });
await measure(wordDocument(Number(args.pages ?? 300)), { format: "docx", translator });
