import { assert, assertEquals } from "@std/assert";
import { splitSentences } from "./sentences.ts";
import { randomText } from "./testing/random_text.ts";

const sentences = (text: string, locale?: string): string[] =>
  splitSentences(text, locale).filter((segment) => segment.isSentence).map(({ text }) => text);

Deno.test("splitSentences() returns pieces that make up the text, on random Unicode", () => {
  for (let seed = 0; seed < 400; seed++) {
    const text = randomText(seed);
    for (const locale of ["en", "de", "ja"]) {
      const segments = splitSentences(text, locale);
      assertEquals(segments.map((segment) => segment.text).join(""), text, `seed ${seed}`);
      for (const segment of segments) {
        assertEquals(segment.text === "", false, `empty piece, seed ${seed}`);
        if (segment.isSentence) assertEquals(segment.text.trim(), segment.text, `seed ${seed}`);
        else assertEquals(/\p{L}{2}/u.test(segment.text), false, `lost text, seed ${seed}`);
      }
    }
  }
});

const cases: [locale: string, text: string, expected: string[]][] = [
  ["en", "Dr. Smith went to St. Louis. He left at 5 p.m. on Monday. Next!", [
    "Dr. Smith went to St. Louis.",
    "He left at 5 p.m. on Monday.",
    "Next!",
  ]],
  ["en", "Use a shell, e.g. Bash, i.e. GNU's. See Fig. 3 and No. 5. Done.", [
    "Use a shell, e.g. Bash, i.e. GNU's.",
    "See Fig. 3 and No. 5.",
    "Done.",
  ]],
  ["en", "J. R. R. Tolkien wrote it. The U.S. Army read it in the U.S. The end.", [
    "J. R. R. Tolkien wrote it.",
    "The U.S. Army read it in the U.S.",
    "The end.",
  ]],
  ["en", "Is it 3.5? Yes... Maybe. (Really.) It costs $1.50. OK", [
    "Is it 3.5?",
    "Yes...",
    "Maybe.",
    "(Really.)",
    "It costs $1.50.",
    "OK",
  ]],
  ["en", "Open http://x.org/?Q=1&A=b!C now. Hello.World is one.", [
    "Open http://x.org/?Q=1&A=b!C now.",
    "Hello.World is one.",
  ]],
  ["en", 'He said "Stop!" and left. "Why?" asked Ann. "Go."', [
    'He said "Stop!" and left.',
    '"Why?" asked Ann.',
    '"Go."',
  ]],
  ["en", "Apples, pears, etc. They are ripe.", ["Apples, pears, etc.", "They are ripe."]],
  ["en", "It is number 5. The next is 6.", ["It is number 5.", "The next is 6."]],
  ["de", "Am 5. Mai 2020 kam z. B. Herr Dr. Müller. Nr. 5 lebt.", [
    "Am 5. Mai 2020 kam z. B. Herr Dr. Müller.",
    "Nr. 5 lebt.",
  ]],
  ["de", "Es ist 25. Danach ging er. Siehe S. 12 und Abb. 3. Das ist usw. Und so.", [
    "Es ist 25.",
    "Danach ging er.",
    "Siehe S. 12 und Abb. 3.",
    "Das ist usw.",
    "Und so.",
  ]],
  ["de", "Ludwig XIV. Bourbon war d. h. König, bzw. Herrscher. Im 2. Weltkrieg nicht.", [
    "Ludwig XIV. Bourbon war d. h. König, bzw. Herrscher.",
    "Im 2. Weltkrieg nicht.",
  ]],
  ["de", "3. Mai. 4. Laden Sie die Datei.", ["3. Mai.", "Laden Sie die Datei."]],
  ["en", "really? yes! ok", ["really?", "yes!", "ok"]],
  ["ja", "こんにちは。元気？はい。", ["こんにちは。", "元気？", "はい。"]],
  ["fr", "« Vous venez ? » dit-il. J.-M. Roux sortit.", [
    "« Vous venez ? » dit-il.",
    "J.-M. Roux sortit.",
  ]],
  ["es", "Murió en el 12 a. C. en Cádiz. Fin.", ["Murió en el 12 a. C. en Cádiz.", "Fin."]],
  ["zh", "你好。世界！", ["你好。", "世界！"]],
];

for (const [locale, text, expected] of cases) {
  Deno.test(`splitSentences() splits ${locale} text: ${text}`, () => {
    assertEquals(sentences(text, locale), expected);
  });
}

Deno.test("splitSentences() keeps layout outside of sentences", () => {
  const text =
    "# Title\r\n\r\n  1. Open it.\n  2) Close it.  Wait.\n\n* (a) Name\tValue\n---\n> - 42\n😀\n";
  assertEquals(splitSentences(text).map(({ text, isSentence }) => isSentence ? [text] : text), [
    "# ",
    ["Title"],
    "\r\n\r\n  1. ",
    ["Open it."],
    "\n  2) ",
    ["Close it."],
    "  ",
    ["Wait."],
    "\n\n* (a) ",
    ["Name"],
    "\t",
    ["Value"],
    "\n---\n> - 42\n😀\n",
  ]);
});

Deno.test("splitSentences() knows a date from a list marker in German", () => {
  assertEquals(sentences("5. Mai 2020", "de"), ["5. Mai 2020"]);
  assertEquals(sentences("5. Mailand", "de"), ["Mailand"]);
  assertEquals(sentences("5. Mai 2020", "en"), ["Mai 2020"]);
});

Deno.test("splitSentences() takes any locale", () => {
  for (const locale of ["en_US", "de-AT", "xx", "not a tag", ""]) {
    assertEquals(sentences("One. Two.", locale), ["One.", "Two."], locale);
  }
  assertEquals(splitSentences(""), []);
  assertEquals(splitSentences(" \n "), [{ text: " \n ", isSentence: false }]);
});

const hard: [file: string, texts: number, mostWrong: number][] = [
  ["splits.tsv", 252, 14],
  ["splits_held_out.tsv", 94, 12],
];
for (const [name, texts, mostWrong] of hard) {
  Deno.test(`splitSentences() errs in few of the hard places of testdata/translation/${name}`, async () => {
    const file = new URL(`../../testdata/translation/${name}`, import.meta.url);
    const lines = (await Deno.readTextFile(file)).trimEnd().split("\n");
    // Letters alone: what stands before a sentence, such as a number, is no part of it.
    const lettersOf = (sentence: string) => sentence.trim().replace(/^\(?\d{1,2}[.)]\s+|\s/g, "");
    let wrong = 0;
    for (const line of lines) {
      const [language, marked] = line.split("\t");
      const expected = marked.split("‖").map(lettersOf);
      const found = splitSentences(marked.replaceAll("‖", ""), language)
        .filter(({ isSentence }) => isSentence).map(({ text }) => lettersOf(text));
      if (found.join("‖") !== expected.join("‖")) wrong++;
    }
    assertEquals(lines.length, texts);
    assert(wrong <= mostWrong, `${wrong} of ${lines.length} texts`);
  });
}
