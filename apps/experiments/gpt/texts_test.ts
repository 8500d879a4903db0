import { assertEquals, assertThrows } from "@std/assert";
import { cutBook, cutCharacters } from "./texts.ts";

Deno.test("cutCharacters() counts characters, not their code units", () => {
  assertEquals(cutCharacters("ab😀de", 0.6), ["ab😀", "de"]);
});

Deno.test("cutBook() leaves out the licence, and cuts between paragraphs", () => {
  const file =
    "\ufeffFree.\r\n*** START OF THIS BOOK ***\r\n\r\nOne\r\ntwo.\r\n\r\nThree.\r\n\r\n" +
    "End of the Project Gutenberg EBook\r\nLicence";
  assertEquals(cutBook(file, 0.5), ["One\ntwo.\n\n", "Three.\n"]);
  assertThrows(() => cutBook("One.", 0.5), SyntaxError, "no marks");
});
