import { assertEquals, assertThrows } from "@std/assert";
import { numbered, reachable } from "./bundle_entry.ts";

Deno.test("reachable() leaves out what needs tfjs, and what nothing needs", () => {
  const files = new Map(Object.entries({
    "main.js":
      'import{a}from"./chunk-1.js";const b=()=>import("./later.js"),c=()=>import("./tf.js");',
    "chunk-1.js": "export const a=1;",
    "later.js": 'import"./chunk-1.js";import"./chunk-2.js";',
    "chunk-2.js": "export{};",
    "tf.js": 'import{t}from"./chunk-3.js";',
    "chunk-3.js": 'import*as t from"@tensorflow/tfjs";import"./tf.js";export{t};',
    "lost.js": "",
  }));
  assertEquals([...reachable(files, "main.js").keys()], [
    "main.js",
    "chunk-1.js",
    "later.js",
    "chunk-2.js",
  ]);
  assertThrows(() => reachable(files, "tf.js"), Error, "from the start");
});

Deno.test("numbered() gives the files behind the first their numbers", () => {
  const files = new Map([
    ["main.js", 'import"./chunk-A.js";import("./tf-B.js");'],
    ["chunk-A.js", 'import"./main.js";'],
  ]);
  assertEquals([...numbered(files)], [
    ["main.js", 'import"./main_1.js";import("./tf-B.js");'],
    ["main_1.js", 'import"./main.js";'],
  ]);
});
