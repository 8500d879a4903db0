/** Valid documents that are one text, with what is special in their formats. Own wording. */

/** A page of HTML. */
export const PAGE = `<!doctype html>
<html lang="en"><head><title>Two boats</title><meta name="description" content="Of boats">
<style>p { color: red }</style></head><body class=x>
<!-- a remark --><h1>The <em>old</em> harbour</h1>
<p>A boat &amp; its <b>crew <i>wait</i></b> for <a href="https://a.org/?b=1&c=2" title="The wind">wind</a>.
R&D in text, 5 &lt; 6, caf&eacute;, {name}.<br>Next line</p>
<ul><li>one<li>two <code>ls -l</code> now</ul><p translate="no">Heed <b>stays</b></p>
<img alt="A ship" src="a.png"><pre>not  this</pre><script>var a = '<p>x</p>';</script>
<table><tr><td>Price<td>2.50</table><p>The end</p></body></html>
`;

/** Markdown. */
export const MARKDOWN = `---
title: A note
---

# The *old* harbour

A boat and its **crew _wait_** for \`wind\` at [the pier](https://a.org "t"),
see <https://b.org> and ![a ship](ship.png).  
Next line, 5 \\* 6 &amp; more.[^1]

> - quoted
>   line

1. [ ] one
2. two <b>bold</b>

| Fruit | Price |
|-------|------:|
| apple | ~~2~~ |

\`\`\`js
let a = 1;
\`\`\`

<div align="center">
  <p>In <i>HTML</i></p>
</div>

[^1]: A remark.
`;

/** Subtitles. */
export const SRT = `1
00:00:01,000 --> 00:00:02,500
I told you
that the boat

2
00:00:02,600 --> 00:00:04,000
<i>is late.</i> It came
by night.

3
00:00:05,000 --> 00:00:06,000
- Who is <b>there?</b>
- {\\an8}Nobody & me.
`;

/** Subtitles of the web. */
export const VTT = `WEBVTT - boats

NOTE
not this

STYLE
::cue { color: red }

first
00:01.000 --> 00:02.000 align:start
<v Ann>The boat &amp;
<c.loud>crew</c> wait

00:02.000 --> 00:03.000
for <00:02.500>wind. Rain
`;

/** A catalog of messages. */
export const CATALOG = `# A remark
msgid ""
msgstr ""
"Language: pl\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"

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
"<b>text</b> here"
msgstr ""

#~ msgid "Old"
#~ msgstr "Stary"
`;

/** Messages of a program. */
export const MESSAGES = {
  open: "Open the file",
  count: 3,
  nested: { hello: "Hello {{name}}", list: ["one", null, "two words", true, 1.5] },
  html: "See <b>this</b> & that",
  escapes: 'a "quoted" \u00e9\n',
};

/** Segments, of version 1.2. */
export const XLIFF = `<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
  <file original="a" source-language="en" target-language="de" datatype="plaintext"><body>
    <trans-unit id="1">
      <source>Open <g id="1">the</g> file<x id="2"/> &amp; <bpt id="3">{b}</bpt>go<ept id="3">{/b}</ept></source>
    </trans-unit>
    <trans-unit id="2"><source>Shut</source><target state="final">Zu</target></trans-unit>
    <trans-unit id="4"><source>Print</source><target xml:lang="de"/></trans-unit>
    <trans-unit id="5" translate="no"><source>Heed</source></trans-unit>
  </body></file>
</xliff>
`;

/** Segments, of version 2.0. */
export const XLIFF_2 =
  `<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="de"><file id="f">
  <unit id="1"><segment>
    <source>Open <pc id="1">the</pc> <ph id="2"/>file <sc id="3"/>now<ec startRef="3"/></source>
  </segment></unit>
  <unit id="2" translate="no"><segment><source>Heed</source></segment></unit>
</file></xliff>
`;
