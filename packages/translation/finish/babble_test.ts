import { assertEquals } from "@std/assert";
import { looksBroken } from "./babble.ts";

const target = "de";

/** A source and an output; the outputs of all of them are written by hand. */
const broken: readonly [source: string, output: string][] = [
  ["Nothing at all", " "],
  ["It came.", "Es ist so viel so viel so viel."],
  ["It came.", "Es TTTTTTT kam."],
  ["A framework of our own", "Ein selbst-in-in-in-Rahmen"],
  ["my song", "mein babababa dabadabadabadaba"],
  ["Short.", "Kurz ist, was keinen langen Satz ergibt, der niemals endet, oder etwa doch?"],
  ["A sentence of quite some length, with three clauses, of which only one is left", "Satz"],
  ["It is cold.", "Es ist холодно."],
  ["It is cold.", "Es ist kalt\ufffd."],
  ["the quick brown fox jumps", "The quick brown fox jumps."],
];
const fine: readonly [source: string, output: string][] = [
  ["It came.", "Es kam."],
  ["Ha ha ha ha!", "Ha ha ha ha!"],
  ["That is very, very good.", "Das ist sehr, sehr gut."],
  ["Hmmmmmm", "Hmmmmmm"],
  ["Anna Maria Huber", "Anna Maria Huber"],
  ["The letter я is the last.", "Der Buchstabe я ist der letzte."],
  ["OK", "In Ordnung"],
  ["Shipping costs, taxes and the like are not included.", "Versand usw. nicht enthalten."],
];

Deno.test("looksBroken() tells babble from translations", () => {
  for (const [source, output] of broken) {
    assertEquals(looksBroken({ source, output, target }), true, output);
  }
  for (const [source, output] of fine) {
    assertEquals(looksBroken({ source, output, target }), false, output);
  }
});

Deno.test("looksBroken() takes the scripts of the target language, and any of one that is not known", () => {
  const source = "It is cold today.";
  assertEquals(looksBroken({ source, output: "Сегодня холодно.", target: "ru" }), false);
  assertEquals(looksBroken({ source, output: "Сегодня холодно.", target: "uk_UA" }), false);
  assertEquals(looksBroken({ source, output: "今日は寒いです。", target: "ja" }), false);
  assertEquals(looksBroken({ source, output: "今日は寒いです。", target: "ko" }), true);
  assertEquals(looksBroken({ source, output: "Сегодня холодно.", target: undefined }), false);
});
