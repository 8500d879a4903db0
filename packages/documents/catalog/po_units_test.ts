import { assertEquals, assertRejects } from "@std/assert";
import { assertIdentity, textsOf, translated } from "../testing/round_trips.ts";
import { singularForm } from "./plural_forms.ts";

const catalog = `# A comment
msgid ""
msgstr ""
"Language: pl\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"

#. for translators
#: src/a.c:12
#, c-format
msgctxt "menu"
msgid "Open \\"%s\\"\\n"
msgstr ""

#, fuzzy
#| msgid "Shut"
msgid "Close"
msgstr "Zamknij"

msgid "One file"
msgid_plural "%d files"
msgstr[0] ""
msgstr[1] ""
msgstr[2] ""

msgid ""
"A long "
"text"
msgstr ""

#~ msgid "Old"
#~ msgstr "Stary"
`;

Deno.test("po: fills what is empty and keeps all else", async () => {
  const texts = ['Open "%s"', "One file", "%d files", "A long text"];
  assertEquals(await textsOf(catalog, "po"), texts);
  await assertIdentity(catalog, "po");
  const filled = await translated(catalog, "po", (text) => `«${text}»`);
  assertEquals(
    filled,
    catalog.replace('\\n"\nmsgstr ""', '\\n"\nmsgstr "«Open \\"%s\\"»\\n"')
      .replace('[0] ""', '[0] "«One file»"')
      .replace('[1] ""', '[1] "«%d files»"')
      .replace('[2] ""', '[2] "«%d files»"')
      .replace('"text"\nmsgstr ""', '"text"\nmsgstr "«A long text»"'),
  );
});

Deno.test("po: a translation of several lines is written line by line, as the file ends its lines", async () => {
  assertEquals(
    await translated('msgid "a"\r\nmsgstr ""\r\n', "po", () => 'x\n\ty"\\'),
    'msgid "a"\r\nmsgstr ""\r\n"x\\n"\r\n"\\ty\\"\\\\"\r\n',
  );
});

Deno.test("po: what is no catalog is refused by its line", async () => {
  const refused: [string, string][] = [
    ["text", "line 1"],
    ['msgid "a"\nmsgid "b"', "msgid stands in a wrong place"],
    ['msgid "a"\nmsgstr[0] "b"', "wrong place"],
    ['msgid "a"\n\n', "no msgstr"],
    ['msgid "a"\nmsgid_plural "b"\nmsgstr[1] ""', "wrong place"],
    ['"a"', "belongs to no keyword"],
    ['msgid "a', "neither a comment"],
  ];
  for (const [po, message] of refused) {
    await assertRejects(() => textsOf(po, "po"), SyntaxError, message);
  }
});

Deno.test("singularForm() finds the form for one", () => {
  const forms: [string, number, number | undefined][] = [
    ["nplurals=1; plural=0;", 1, undefined],
    ["nplurals=2; plural=(n != 1);", 2, 0],
    ["nplurals=4; plural=(n%100==1 ? 1 : n%100==2 ? 2 : n%100==3 || n%100==4 ? 3 : 0);", 4, 1],
    ["nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : 5;", 6, 1],
    ["nplurals=2; plural=!(n-1)*7;", 2, 0],
    ["nplurals=2; plural=((((;", 2, 0],
  ];
  for (const [formula, count, form] of forms) {
    assertEquals(singularForm(`A: b\nPlural-Forms: ${formula}\n`, count), form, formula);
  }
});
