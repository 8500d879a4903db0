import { assertEquals } from "@std/assert";
import { alignedText } from "./aligned_text.ts";
import { UnicodeForm, type UnicodeFormName } from "./unicode_form.ts";

const FORMS: UnicodeFormName[] = ["NFC", "NFD", "NFKC", "NFKD"];
// Bases, marks of many classes, Hangul, compatibility characters, characters that decompose into marks.
const CHARACTERS = [
  ..."aeoüéẹ\u1ec7\u212b\u01fa \u0301\u0323\u0327\u0308\u0345\u0344\u0334\u031b\u093c\u0958\u09c7\u09be\u0f71\u0f72",
  ..."\u0f73\u05b8\u05c1\u064b\u0651\u3099\u304b\u1100\u1161\u11a8\uac00\ufb01\u33a1\u{1d15e}\u{1d160}👍日",
];

function randomTexts(count: number): string[] {
  let seed = 1;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
  return Array.from(
    { length: count },
    () => Array.from({ length: 1 + next(12) }, () => CHARACTERS[next(CHARACTERS.length)]).join(""),
  );
}

for (const form of FORMS) {
  Deno.test(`UnicodeForm.align() gives the text of ${form}`, () => {
    const normalizer = new UnicodeForm(form);
    for (const text of randomTexts(3000)) {
      assertEquals(normalizer.align(alignedText(text, 0)).text, text.normalize(form), text);
    }
  });
}

Deno.test("UnicodeForm.align() keeps the way back", () => {
  const { starts, ends } = new UnicodeForm("NFC").align(alignedText("ae\u0301\ufb01", 5));
  assertEquals([...starts], [5, 6, 8]);
  assertEquals([...ends], [6, 7, 9]);
  const decomposed = new UnicodeForm("NFKD").align(alignedText("é\ufb01", 0));
  assertEquals([...decomposed.starts], [0, 0, 1, 1]);
});

Deno.test("UnicodeForm leaves characters alone that came after Unicode 12", () => {
  assertEquals(new UnicodeForm("NFKC").normalize("\u32ff"), "\u32ff");
});
