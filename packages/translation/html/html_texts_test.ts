import { assertEquals, assertThrows } from "@std/assert";
import { htmlTexts } from "./html_texts.ts";

const cases: readonly [html: string, texts: string[]][] = [
  ["", []],
  ["Plain text", ["Plain text"]],
  ["<p>One.</p>\n<p> Two. </p>", ["One.", "Two."]],
  ["5 &lt; 6 and R&D", ["5 < 6 and R&D"]],
  ["a &amp; b<br>c", ["a & b", "c"]],
  ['<img alt="A cat" src="a cat.png"> text', ["A cat", "text"]],
  ["<img alt='it&#39;s'>", ["it's"]],
  ["<img alt='&amp; so &amp;' title=\"'a'\"><i title=bare>", ["& so &", "'a'", "bare"]],
  ["<code>let a</code> is code <script>var text = '<p>no</p>';</script>", ["is code"]],
  ['<p translate="no">No <b>no</b></p><p>yes</p>', ["yes"]],
  ['<div translate=no title="no">No <span translate=yes>yes</span> no</div>', ["yes"]],
  ['<p class="a notranslate b">No</p>', []],
  ["<!-- wp:p --><!doctype html><p>yes", ["yes"]],
  ["<b>un<i>closed</b> text", ["un", "closed", "text"]],
  ["<p>1</p><p>—</p><p>x</p>", ["x"]],
  ["&nbsp;é &eacute; &#x1F600; a", ["é é 😀 a"]],
  ['<meta name="description" content="A page">', ["A page"]],
  ["<meta content='A page' property=og:title><meta name=viewport content=wide>", ["A page"]],
  ['<input placeholder=Search aria-label="Search it">', ["Search", "Search it"]],
  ["<i title=&eacute;t&eacute; alt = x>y</i>", ["été", "x", "y"]],
  ['<a title="x > y &copy;" href="title=z">', ["x > y ©"]],
  ["<", []],
  ["a < b", ["a < b"]],
];

Deno.test("htmlTexts() has the attributes of <meta> in order", () => {
  const html = '<meta name="description" content="One" title="Two"><p>Three</p>';
  const { texts, assemble } = htmlTexts(html);
  assertEquals(texts, ["One", "Two", "Three"]);
  assertEquals(
    assemble(["a", "b", "c"]),
    '<meta name="description" content="a" title="b"><p>c</p>',
  );
});

const list = (letters: string) => [...letters];

Deno.test("htmlTexts() finds what people read", () => {
  for (const [html, texts] of cases) assertEquals(htmlTexts(html).texts, texts, html);
});

Deno.test("htmlTexts() keeps all bytes around the texts", () => {
  const html = "<!DOCTYPE html>\n<p  class='x' >  Open&nbsp;it.\n</p><br/><hr ><p>Shut</p>";
  assertEquals(
    htmlTexts(html).assemble(["<A> & B", "Zu"]),
    "<!DOCTYPE html>\n<p  class='x' >  &lt;A&gt; &amp; B\n</p><br/><hr ><p>Zu</p>",
  );
});

Deno.test("htmlTexts() puts texts between the quotes of attributes", () => {
  assertEquals(
    htmlTexts("<i title='&amp; so &amp;' alt=\"x\" placeholder=bare>y</i>").assemble(list("abcd")),
    "<i title='a' alt=\"b\" placeholder=c>d</i>",
  );
  assertEquals(
    htmlTexts("<i title=one alt=b>").assemble(["two three", "b"]),
    '<i title="two three" alt=b>',
  );
});

Deno.test("htmlTexts() gives back documents as they were", () => {
  for (const [html] of cases) {
    const { texts, assemble } = htmlTexts(html);
    assertEquals(assemble(texts), html);
  }
});

Deno.test("htmlTexts().assemble() wants a text for each place", () => {
  assertThrows(() => htmlTexts("<p>a</p>").assemble([]), RangeError, "0 texts");
});
