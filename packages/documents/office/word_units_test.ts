import { assertEquals, assertRejects } from "@std/assert";
import { bodyOf, wordDocument } from "../testing/archives.ts";
import { loud, textsOf } from "../testing/round_trips.ts";
import { translateDocument } from "../translate_document.ts";

const run = (text: string, look = "") =>
  `<w:r>${look}<w:t xml:space="preserve">${text}</w:t></w:r>`;
const field = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
const bold = "<w:rPr><w:b/></w:rPr>";

async function translated(body: string, change: (text: string) => string): Promise<string> {
  return bodyOf(
    await translateDocument(wordDocument(body), {
      format: "docx",
      translate: (texts) => Promise.resolve(texts.map(change)),
    }),
  );
}

/** Paragraphs, what is translated in them, and what they become in capitals. */
const cases: readonly (readonly [paragraph: string, text: string, capitals: string])[] = [
  [
    `<w:pPr/>${run("Hel")}<w:proofErr w:type="a"/>${
      run("lo", '<w:rPr><w:lang w:val="en"/></w:rPr>')
    }`,
    "Hello",
    `<w:pPr/>${run("HELLO")}`,
  ],
  [
    `${field("begin")}<w:r><w:instrText> PAGEREF x </w:instrText></w:r>${field("separate")}${
      run("one")
    }${field("end")}` +
    run(" and two"),
    "and two",
    `${field("begin")}<w:r><w:instrText> PAGEREF x </w:instrText></w:r>${field("separate")}${
      run("one")
    }${field("end")}` +
    run(" ") + run("AND TWO"),
  ],
  [
    `${run("see ")}${field("begin")}<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>${
      field("separate")
    }` +
    `${run("this")}${field("end")}`,
    'see <span id="0">this</span>',
    `${run("SEE ")}${field("begin")}<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>${
      field("separate")
    }` +
    `${run("THIS")}${field("end")}`,
  ],
  [
    `${run("a ")}${field("end")}${run("b")}`,
    'a <br id="0">b',
    `${run("A ")}${field("end")}${run("B")}`,
  ],
  [
    `<w:bookmarkStart w:id="1"/>${run("one ")}<w:bookmarkEnd w:id="1"/>${run("two")}`,
    "one two",
    `<w:bookmarkStart w:id="1"/>${run("ONE TWO")}<w:bookmarkEnd w:id="1"/>`,
  ],
  [
    `<w:hyperlink w:anchor="x">${run("all", bold)}</w:hyperlink>`,
    "all",
    `<w:hyperlink w:anchor="x">${run("ALL", bold)}</w:hyperlink>`,
  ],
  [
    `<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>${run("in")}</w:sdtContent></w:sdt>${
      run(" out")
    }`,
    '<span id="0">in</span> out',
    `<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>${run("IN")}</w:sdtContent></w:sdt>${
      run(" OUT")
    }`,
  ],
  [
    // Properties come first; elsewhere they are none.
    `<w:r><w:t>a </w:t>${bold}<w:t>b</w:t></w:r>`,
    'a <img id="0">b',
    `${run("A ")}<w:r>${bold}</w:r>${run("B")}`,
  ],
  [
    `${run("a")}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>${run("b")}`,
    'a<img id="0">b',
    `${run("A")}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>${run("B")}`,
  ],
];

Deno.test("Word paragraphs are one text, whatever stands in them", async () => {
  for (const [paragraph, text, capitals] of cases) {
    const body = `<w:p>${paragraph}</w:p>`;
    assertEquals(await textsOf(wordDocument(body), "docx"), [text]);
    assertEquals(await translated(body, (text) => text), body);
    assertEquals(await translated(body, loud), `<w:p>${capitals}</w:p>`);
  }
});

Deno.test("Word paragraphs keep what a translator loses", async () => {
  const body = `<w:p>${run("a ")}<w:r><w:drawing/></w:r>${run(" b")}</w:p>`;
  assertEquals(
    await translated(body, () => "x"),
    `<w:p>${run("x")}<w:r><w:drawing/></w:r></w:p>`,
  );
});

Deno.test("a text box within a paragraph is translated with it, though both are written anew", async () => {
  const box = (text: string) =>
    `<w:r><w:pict><w:txbxContent><w:p>${run(text)}</w:p></w:txbxContent></w:pict></w:r>`;
  assertEquals(
    await translated(`<w:p>${run("a ")}${box("b")}${run(" c")}</w:p>`, loud),
    `<w:p>${run("A ")}${box("B")}${run(" C")}</w:p>`,
  );
});

Deno.test("XML that is unsafe or broken is refused by its name", async () => {
  const refused: [body: string, files: Record<string, string>, message: string][] = [
    ["<w:p></w:r>", {}, '"word/document.xml": </w:r> ends what has not begun'],
    ['<w:p a="<w:b/>"/>', {}, '"word/document.xml": <w:p has a < within it'],
    ["<w:p>".repeat(400) + "</w:p>".repeat(400), {}, "too deep"],
    ["", {
      "word/document.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    }, "document type"],
    ["", { "word/document.xml": "" }, '"word/document.xml": it is no XML'],
    ["", { "[Content_Types].xml": "<Types/>" }, "its archive holds no docx"],
  ];
  for (const [body, files, message] of refused) {
    await assertRejects(() => textsOf(wordDocument(body, files), "docx"), SyntaxError, message);
  }
});
