import { assertEquals } from "@std/assert";
import { type AddedToken, AddedTokenFinder } from "./added_tokens.ts";

Deno.test("AddedTokenFinder finds the leftmost, then the longest of random tokens", () => {
  let seed = 5;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
  const word = (length: number) =>
    Array.from({ length }, () => "ab<\ud83d\ude00"[random(5)]).join("");
  for (let round = 0; round < 300; round++) {
    const contents = [...new Set(Array.from({ length: random(12) }, () => word(1 + random(5))))];
    const tokens = contents.map((content, id): [string, AddedToken] => [content, { id, content }]);
    const text = word(random(40));
    const expected: { id: number; start: number; end: number }[] = [];
    let done = 0;
    for (let at = 0; at < text.length;) {
      const here = contents.filter((content) => text.startsWith(content, at));
      const longest = here.sort((a, b) => b.length - a.length)[0];
      if (longest === undefined) {
        at++;
        continue;
      }
      if (at > done) expected.push({ id: -1, start: done, end: at });
      done = at + longest.length;
      expected.push({ id: contents.indexOf(longest), start: at, end: done });
      at = done;
    }
    if (text.length > done) expected.push({ id: -1, start: done, end: text.length });
    assertEquals(new AddedTokenFinder(tokens).split(text), expected, `${contents} in ${text}`);
  }
});
