import { assertEquals } from "@std/assert";
import { assertIdentity, loud, textsOf, translated } from "../testing/round_trips.ts";

/** Markdown, its texts, and what it becomes in capitals. */
const cases: readonly (readonly [markdown: string, texts: string[], capitals: string])[] = [
  [
    "---\ntitle: x\n---\n\n# The *sea*\n",
    ['The <span id="0">sea</span>'],
    "---\ntitle: x\n---\n\n# THE *SEA*\n",
  ],
  [
    "Run `ls -l` now.\n\n```js\nlet a;\n```\n\n    code\n",
    ['Run <img id="0"> now.'],
    "RUN `ls -l` NOW.\n\n```js\nlet a;\n```\n\n    code\n",
  ],
  [
    'See [the **page**](https://a.org/x "t") and [this][a], [that][], <https://b.org>.\n\n[a]: https://c.org\n[that]: https://d.org\n',
    ['See <span id="0">the <span id="1">page</span></span> and <span id="2">this</span>, <span id="3">that</span>, <img id="4">.'],
    'SEE [THE **PAGE**](https://a.org/x "t") AND [THIS][a], [THAT][that], <https://b.org>.\n\n[a]: https://c.org\n[that]: https://d.org\n',
  ],
  ["> a long\n> line  \n> next\n", ['a long line<br id="0">next'], "> A LONG LINE  \n> NEXT\n"],
  ["- [ ] one\n  two\n- three\n", ["one two", "three"], "- [ ] ONE TWO\n- THREE\n"],
  [
    "| a\\|b | ~~c~~ |\n|---|:-:|\n| ![a cat](cat.png) | 1 |\n",
    ["a|b", "c", "a cat", "1"],
    "| A\\|B | ~~C~~ |\n|---|:-:|\n| ![A CAT](cat.png) | 1 |\n",
  ],
  [
    "Title\n=====\n\ntext[^1]\n\n[^1]: A note.\n",
    ["Title", "text", "A note."],
    "TITLE\n=====\n\nTEXT[^1]\n\n[^1]: A NOTE.\n",
  ],
  ["<p align=x>\n  In <b>HTML</b>\n</p>\n\nand <b>in</b> it<br>here &amp; \\*\n", [
    "<p align=x>\n  In <b>HTML</b>\n</p>",
    'and <span id="0">in</span> it<br id="1">here &amp; *',
  ], "<p align=x>\n  IN <b>HTML</b>\n</p>\n\nAND <b>IN</b> IT<br>HERE & \\*\n"],
  [
    "\ufeffa\r\nb\r\n\r\nc_d _e_\r\n",
    ["a b", 'c_d <span id="0">e</span>'],
    "\ufeffA B\r\n\r\nC_D _E_\r\n",
  ],
];

Deno.test("markdown: texts are found, and all else stays", async () => {
  for (const [markdown, texts, capitals] of cases) {
    assertEquals(await textsOf(markdown, "md"), texts);
    await assertIdentity(markdown, "md");
    assertEquals(await translated(markdown, "md", loud), capitals);
  }
});

Deno.test("markdown: a translation brings no marks of its own", async () => {
  const translation = "*a* _b_ c_d `e` [f] <g> h &amp; \\ i|j";
  const written = await translated("word\n", "md", () => translation);
  assertEquals(written, "\\*a\\* \\_b\\_ c_d \\`e\\` \\[f\\] \\<g> h \\&amp; \\\\ i|j\n");
  assertEquals(await textsOf(written, "md"), [translation]);
});
