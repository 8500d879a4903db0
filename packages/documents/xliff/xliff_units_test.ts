import { assertEquals, assertRejects } from "@std/assert";
import { assertIdentity, loud, textsOf, translated } from "../testing/round_trips.ts";
import { translateDocument } from "../translate_document.ts";

const first = `<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
  <file original="a" source-language="en" target-language="de" datatype="plaintext"><body>
    <trans-unit id="1">
      <source>Open <g id="1">the</g> file<x id="2"/> &amp; <bpt id="3">{b}</bpt>go<ept id="3">{/b}</ept></source>
      <note>Not this</note>
    </trans-unit>
    <trans-unit id="2"><source>Shut</source><target state="final">Zu</target></trans-unit>
    <trans-unit id="3"><source>Save</source><target state="needs-translation">Save</target></trans-unit>
    <trans-unit id="4"><source>Print</source><target xml:lang="de"/></trans-unit>
    <trans-unit id="5" translate="no"><source>Heed</source></trans-unit>
    <trans-unit id="6"><source>Ask <mrk mtype="protected">Ann</mrk></source><alt-trans><source>x</source></alt-trans></trans-unit>
  </body></file>
</xliff>
`;

const second =
  `<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="de"><file id="f">
  <unit id="1"><segment>
    <source>Open <pc id="1">the</pc> <ph id="2"/>file <sc id="3"/>now<ec startRef="3"/></source>
  </segment><ignorable><source> </source></ignorable></unit>
  <unit id="2" translate="no"><segment><source>Heed</source></segment></unit>
</file></xliff>`;

Deno.test("xliff: fills targets that are missing, empty or new, with the codes of the source", async () => {
  const texts = [
    'Open <span id="0">the</span> file<img id="1"> &amp; <span id="2">go</span>',
    "Save",
    "Print",
    "Ask",
  ];
  assertEquals(await textsOf(first, "xliff"), texts);
  await assertIdentity(first, "xliff");
  const filled = await translated(first, "xliff", loud);
  assertEquals(
    filled,
    first.replace(
      "</source>\n      <note>",
      '</source>\n      <target>OPEN <g id="1">THE</g> FILE<x id="2"/> &amp; ' +
        '<bpt id="3">{b}</bpt>GO<ept id="3">{/b}</ept></target>\n      <note>',
    )
      .replace('translation">Save', 'translation">SAVE')
      .replace('<target xml:lang="de"/>', '<target xml:lang="de">PRINT</target>')
      .replace(
        "</mrk></source>",
        '</mrk></source><target>ASK <mrk mtype="protected">Ann</mrk></target>',
      ),
  );
});

Deno.test("xliff: reads version 2", async () => {
  assertEquals(await textsOf(second, "xliff"), [
    'Open <span id="0">the</span> <img id="1">file <span id="2">now</span>',
  ]);
  await assertIdentity(second, "xliff");
  assertEquals(
    await translated(second, "xliff", loud),
    second.replace(
      "</source>\n  </segment>",
      '</source>\n    <target>OPEN <pc id="1">THE</pc> <ph id="2"/>FILE <sc id="3"/>NOW<ec startRef="3"/></target>\n  </segment>',
    ),
  );
});

Deno.test("po and xliff: translations that are there are replaced when that is asked for", async () => {
  const replaced = async (document: string, format: "po" | "xliff") =>
    new TextDecoder().decode(
      await translateDocument(new TextEncoder().encode(document), {
        ...{ format, replace: true },
        translate: (texts) => Promise.resolve(texts.map((text) => `${text}!`)),
      }),
    );
  assertEquals(await replaced('msgid "a"\nmsgstr "b"\n', "po"), 'msgid "a"\nmsgstr "a!"\n');
  const unit = (target: string) =>
    `<xliff version="1.2"><trans-unit id="1"><source>a</source><target>${target}</target></trans-unit></xliff>`;
  assertEquals(await replaced(unit("b"), "xliff"), unit("a!"));
});

Deno.test("xliff: entities of its own, and what is no XLIFF, are refused", async () => {
  const bomb = '<!DOCTYPE xliff [<!ENTITY a "aaaa">]><xliff>&a;</xliff>';
  await assertRejects(() => textsOf(bomb, "xliff"), SyntaxError, "declares entities of its own");
  await assertRejects(() => textsOf("<a/>", "xliff"), SyntaxError, "it is no XLIFF");
});
