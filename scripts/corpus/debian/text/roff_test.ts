import { assertEquals } from "@std/assert";
import { readManualPage, unescapeRoff } from "./roff.ts";
import { fixture } from "../testing/fixture.ts";

Deno.test("readManualPage() reads paragraphs, and leaves out listings and tables", async () => {
  const page = await Deno.readTextFile(fixture("gate.1"));
  assertEquals(readManualPage(page).map(({ kind, text }) => `${kind}: ${text}`), [
    "SH: SEE ALSO",
    "text: The gate(1) is closed — «for now»; use --open.",
    "PP: It has a lock, see http://gate.example the page",
    "labelled: Says more.",
    "labelled: Indented line.",
    "Sh: OPTIONS",
    "text: gate -o file lock(8).",
  ]);
});

Deno.test("readManualPage() finds nothing in a page that refers to another", () => {
  assertEquals(readManualPage(".so man1/gate.1\n"), []);
});

Deno.test("unescapeRoff() puts characters for names and codes", () => {
  const cases: Record<string, string> = {
    "\\(:o\\[ss]\\('e": "ößé",
    "\\[u00E9]\\[u1F600]\\[uFFFFFF]": "é😀",
    "\\*(lqgate\\*(rq": "“gate”",
    "a\\-b\\_c\\e d\\~e\\&f": "a-b_c\\ d ef",
    "\\fBbold\\fP \\f(CWcode\\f[] \\s-2small\\s0": "bold code small",
    "\\h'2n'wide \\[no-such-name]": "wide ",
  };
  for (const [text, expected] of Object.entries(cases)) assertEquals(unescapeRoff(text), expected);
});
