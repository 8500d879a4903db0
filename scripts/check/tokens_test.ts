import { assertEquals } from "@std/assert";
import { importsOf, tokenize } from "./tokens.ts";

const words = (source: string) => tokenize(source).map((token) => token.text);

Deno.test("tokenize() leaves out comments, template text and regular expressions", () => {
  const source = [
    "// Deno.one",
    "/* Deno.two",
    "*/ const a = `Deno.three ${b + `${c}`} \\` Deno.four`;",
    "const d = /[/\"']Deno/.test(a) ? 6 / 3 : x / 2;",
  ].join("\n");
  assertEquals(
    words(source),
    "const a = b + c ; const d = . test ( a ) ? 6 / 3 : x / 2 ;".split(" "),
  );
  assertEquals(tokenize(source).at(-1)?.line, 4);
});

Deno.test("tokenize() keeps the braces of a template's code apart", () => {
  assertEquals(words("`${{ a: 1 }.a}` + Deno"), "{ a : 1 } . a + Deno".split(" "));
});

Deno.test("tokenize() keeps quotes of the other kind inside a string", () => {
  assertEquals(words(`f("it's", 'say "x"')`), ["f", "(", "it's", ",", 'say "x"', ")"]);
});

Deno.test("importsOf() finds every form of import and nothing else", () => {
  const source = `
import "./side_effect.ts";
import type * as tf from "npm-tfjs";
import fallback, { type A, b as c } from "./named.ts";
export * from "./all.ts";
export { type D } from './some.ts';
const lazy = await import("./lazy.ts");
const list = Array.from("abc");
const text = 'import "./text.ts"';
// import "./comment.ts";
`;
  assertEquals(importsOf(tokenize(source)), [
    { specifier: "./side_effect.ts", line: 2, names: [] },
    { specifier: "npm-tfjs", line: 3, names: ["* as tf"] },
    { specifier: "./named.ts", line: 4, names: ["fallback", "A", "c"] },
    { specifier: "./all.ts", line: 5, names: [] },
    { specifier: "./some.ts", line: 6, names: ["D"] },
    { specifier: "./lazy.ts", line: 7, names: [] },
  ]);
});
