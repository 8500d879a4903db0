import { assertEquals } from "@std/assert";
import { applyEdits } from "../finish/edits.ts";
import type { Mark } from "./marks.ts";
import { placeMarks } from "./place_marks.ts";

/** Places marks in a target whose words attend to the source's words of these numbers. */
function marked(
  [source, target]: readonly [string, string],
  attended: readonly number[],
  marks: readonly Mark[],
): string | undefined {
  const [sources, targets] = [source, target].map((text) => text.match(/\w+|[^\w\s]/g)!);
  const tokens = (text: string, words: readonly string[]) => {
    let from = 0;
    return words.map((word) => {
      const at = text.indexOf(word, from);
      from = at + word.length;
      return (at === 0 || text[at - 1] === " " ? "▁" : "") + word;
    });
  };
  const weights = new Float32Array(targets.length * sources.length);
  attended.forEach((place, row) => weights[row * sources.length + place] = 1);
  const edits = placeMarks({
    source: { text: source, tokens: tokens(source, sources) },
    target: { text: target, tokens: tokens(target, targets) },
    attention: { weights, targetLength: targets.length, sourceLength: sources.length },
  }, marks);
  return edits && applyEdits(target, edits);
}

const mark = (start: number, end: number, open: string, close = "", inside: Mark[] = []): Mark => ({
  ...{ start, end, open, close, inside },
});
const house = ["the red house, there", "das rote Haus, dort"] as const;
const straight = [0, 1, 2, 3, 4];

Deno.test("placeMarks() goes around the words that the words inside became", () => {
  assertEquals(marked(house, straight, [mark(4, 7, "<b>", "</b>")]), "das <b>rote</b> Haus, dort");
  assertEquals(
    marked(["we see red", "rot sehen wir"], [2, 1, 0], [mark(3, 10, "<b>", "</b>")]),
    "<b>rot sehen</b> wir",
  );
  assertEquals(
    marked(house, straight, [mark(0, 13, "<b>", "</b>", [mark(4, 7, "<i>", "</i>")])]),
    "<b>das <i>rote</i> Haus</b>, dort",
  );
});

Deno.test("placeMarks() never goes by punctuation where there are words", () => {
  const pair = ["we read it all", "wir lesen, es ganz"] as const;
  assertEquals(
    marked(pair, [0, 1, 2, 2, 3], [mark(8, 10, "<b>", "</b>")]),
    "wir lesen, <b>es</b> ganz",
  );
});

Deno.test("placeMarks() leaves a word out that strays", () => {
  const pair = ["red is the house here", "rot ist das Haus rot"] as const;
  assertEquals(
    marked(pair, [0, 1, 2, 3, 0], [mark(0, 3, "<b>", "</b>")]),
    "<b>rot</b> ist das Haus rot",
  );
});

Deno.test("placeMarks() puts what has no words behind the word before it, not behind punctuation", () => {
  assertEquals(marked(house, [0, 1, 2, 2, 4], [mark(13, 13, " *")]), "das rote Haus *, dort");
  assertEquals(marked(house, straight, [mark(0, 0, "*")]), "*das rote Haus, dort");
  assertEquals(marked(house, straight, [mark(20, 20, " *")]), "das rote Haus, dort *");
});

Deno.test("placeMarks() takes elements of two sentences to the end that they go to", () => {
  assertEquals(marked(house, straight, [mark(8, 20, "<b>")]), "das rote <b>Haus, dort");
  assertEquals(marked(house, straight, [mark(0, 7, "", "</b>")]), "das rote</b> Haus, dort");
});

Deno.test("placeMarks() gives up where attention says nothing", () => {
  assertEquals(marked(house, [0, 0, 0, 0, 0], [mark(4, 7, "<b>", "</b>")]), undefined);
});
