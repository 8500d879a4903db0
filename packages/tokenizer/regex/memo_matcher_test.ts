import { assertEquals, assertThrows } from "@std/assert";
import { MemoMatcher } from "./memo_matcher.ts";
import { parseRegex } from "./parse.ts";
import { compileRegex } from "./program.ts";
import { regexSource } from "./source.ts";
import { choice, type RegexNode, sequence, set } from "./tree.ts";

/** Numbers that are the same in every run. */
function seeded(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
}

const SETS = ["a", "b", "[ab]", "[^a]", "c", "[^]", "\u{1f600}", "\\p{L}"];
const LETTERS = ["a", "a", "b", "b", "c", "\u{1f600}", " "];

/** A small expression with every kind of part; none has an atomic group behind a place, which is refused. */
function randomNode(random: (below: number) => number, depth: number, isBehind = false): RegexNode {
  const inside = () => randomNode(random, depth - 1, isBehind);
  switch (depth === 0 ? 0 : random(9)) {
    case 0:
    case 1:
      return set(SETS[random(SETS.length)]);
    case 2:
    case 3:
      return sequence(Array.from({ length: random(4) }, inside));
    case 4:
      return choice(Array.from({ length: 2 + random(2) }, inside));
    case 5:
    case 6: {
      const least = random(3) === 0 ? random(3) : 0;
      const most = random(2) === 0 ? Infinity : least + random(3);
      return { kind: "repeat", body: inside(), least, most, isLazy: random(3) === 0 };
    }
    case 7:
      return isBehind ? inside() : { kind: "atomic", body: inside() };
    default: {
      const behind = random(2) === 0;
      const body = randomNode(random, depth - 1, behind || isBehind);
      return { kind: "look", body, isBehind: behind, isNegated: random(2) === 0 };
    }
  }
}

/** The place where the expression matches at each place, or -1. */
function ends(node: RegexNode, text: string): number[] {
  const matcher = new MemoMatcher(compileRegex(node), text);
  const found: number[] = [];
  for (let at = 0; at <= text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) {
    found.push(matcher.matchAt(at));
  }
  return found;
}

function nativeEnds(node: RegexNode, text: string): number[] {
  const regex = new RegExp(regexSource(node), "uy");
  const found: number[] = [];
  for (let at = 0; at <= text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) {
    regex.lastIndex = at;
    found.push(regex.test(text) ? regex.lastIndex : -1);
  }
  return found;
}

Deno.test("MemoMatcher finds what the JavaScript engine finds, in 4,000 random expressions", () => {
  const random = seeded(17);
  let matches = 0;
  for (let i = 0; i < 4000; i++) {
    const node = randomNode(random, 1 + random(5));
    const length = random(14);
    const text = Array.from({ length }, () => LETTERS[random(LETTERS.length)]).join("");
    const found = ends(node, text);
    assertEquals(found, nativeEnds(node, text), `${regexSource(node)} in ${JSON.stringify(text)}`);
    if (found.some((end) => end > 0)) matches++;
  }
  assertEquals(matches > 1000, true);
});

Deno.test("MemoMatcher says when a text needs too much memory", () => {
  const program = compileRegex(parseRegex("(?:a|b)*c"));
  const text = "ab".repeat(100_000);
  const search = () => new MemoMatcher(program, text, { mostBytes: 1 << 20 }).matchAt(0);
  assertThrows(search, RangeError, "more than 1048576 bytes of memory; cut the text into parts");
  assertEquals(new MemoMatcher(program, text).matchAt(0), -1);
});

Deno.test("MemoMatcher keeps nothing of what lies behind it", () => {
  const program = compileRegex(parseRegex("(?:a|b)+c"));
  const text = "ababababc".repeat(100_000);
  const matcher = new MemoMatcher(program, text, { mostBytes: 1 << 16 });
  for (let at = 0; at < text.length; at += 9) assertEquals(matcher.matchAt(at), at + 9);
});
