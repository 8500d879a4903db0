import { assert, assertEquals } from "@std/assert";
import { documentFormat } from "../document_format.ts";
import { filesIn, readDocument } from "../testing/archives.ts";
import { loud, textsOf } from "../testing/round_trips.ts";
import { translateDocument } from "../translate_document.ts";

/** Documents, their texts, and the files in them that hold some. */
const documents: Readonly<Record<string, readonly [texts: string[], files: string[]]>> = {
  "garden.docx": [
    [
      "The garden",
      "The gardener waters the flowers.",
      'She reads a <span id="0">very old</span> book &amp; <span id="1">smiles</span><img id="2">.',
      'Look at <span id="0">our page</span> today.<br id="1">Then rest.',
      "A sentence with a remark.",
      ...["Fruit", "Price", "Apple", "2.50"],
      'Before the box <img id="0">and behind it.',
      ...["Words in a box", "A header for every page", "Page", "See the last page."],
    ],
    ["word/document.xml", "word/header1.xml", "word/footer1.xml", "word/footnotes.xml"],
  ],
  "summer.pptx": [
    [
      ...["Our summer", "We swim in the lake", 'It is <span id="0">very</span> warm.'],
      ...["Day", "7", "Speak slowly here."],
    ],
    ["ppt/slides/slide1.xml", "ppt/notesSlides/notesSlide1.xml"],
  ],
  "harbour.odt": [
    [
      ...["The harbour", 'A ship <span id="0">leaves</span> the harbour &amp; sails.'],
      ...[
        "It was a small ship.",
        "Nobody saw it.",
        "Apple",
        "2.50",
        "A line on top",
        "A line below",
      ],
    ],
    ["content.xml", "styles.xml"],
  ],
};

Deno.test("texts of docx, pptx and odt are found, a word over several runs too", async () => {
  for (const [name, [texts]] of Object.entries(documents)) {
    assertEquals(await textsOf(await readDocument(name), documentFormat(name)!), texts, name);
  }
});

Deno.test("archives stay byte for byte when every text comes back as it was", async () => {
  for (const name of [...Object.keys(documents), "island.epub"]) {
    const bytes = await readDocument(name);
    const same = await translateDocument(bytes, {
      format: documentFormat(name)!,
      translate: (texts) => Promise.resolve(texts),
    });
    assertEquals(same, bytes, name);
  }
});

Deno.test("archives keep all but the files with texts, packed as they are, in their order", async () => {
  for (const [name, [texts, files]] of Object.entries(documents)) {
    const bytes = await readDocument(name);
    const format = documentFormat(name)!;
    const changed = await translateDocument(bytes, {
      format,
      translate: (texts) => Promise.resolve(texts.map(loud)),
    });
    assertEquals(await textsOf(changed, format), texts.map(loud), name);
    const before = filesIn(bytes), after = filesIn(changed);
    assertEquals([...after.keys()], [...before.keys()]);
    const different = [...before.keys()].filter((file) =>
      !isSame(before.get(file)!, after.get(file)!)
    );
    assertEquals(different.toSorted(), files.toSorted(), name);
    assertEquals(times(changed), times(bytes));
  }
});

Deno.test("a Word document keeps its looks, links, notes and fields around other words", async () => {
  const changed = await translateDocument(await readDocument("garden.docx"), {
    format: "docx",
    translate: (texts) =>
      Promise.resolve(
        texts.map((text) =>
          text.includes("very old")
            ? 'Sie <span id="1">lacht</span><img id="2"> &lt; <span id="0">alt</span>'
            : text
        ),
      ),
  });
  const document = new TextDecoder().decode(filesIn(changed).get("word/document.xml"));
  assert(
    document.includes(
      '<w:p><w:r><w:t xml:space="preserve">Sie </w:t></w:r>' +
        '<w:r><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">lacht</w:t></w:r>' +
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t xml:space="preserve"> &lt; </w:t></w:r>' +
        '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">alt</w:t></w:r></w:p>',
    ),
    document,
  );
});

Deno.test("texts of an epub are in its pages, its titles and both tables of contents", async () => {
  const bytes = await readDocument("island.epub");
  const changed = await translateDocument(bytes, {
    format: "epub",
    translate: (texts) =>
      Promise.resolve(
        texts.map((text) =>
          text.replaceAll("The island", "Die Insel").replaceAll("Part", "Teil").replace(
            "boat",
            "Boot",
          )
        ),
      ),
  });
  const files = filesIn(changed), decoder = new TextDecoder();
  assertEquals([...files.keys()], [...filesIn(bytes).keys()]);
  const text = (name: string) => decoder.decode(files.get(`EPUB/${name}`));
  assert(text("content.opf").includes("<dc:title>Die Insel</dc:title>"));
  assert(text("toc.ncx").includes("<text>Teil 2</text>"));
  assert(text("nav.xhtml").includes(">Teil 1</a>"));
  assert(text("text/part1.xhtml").includes("<p>The Boot came at <i>night</i>.</p>"));
});

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** When the files of an archive were changed last, by the records of its directory. */
function times(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset), found: number[] = [];
  for (let at = 0; at + 46 < bytes.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50) found.push(view.getUint32(at + 12, true));
  }
  return found;
}
