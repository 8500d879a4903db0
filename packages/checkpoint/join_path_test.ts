import { assertEquals, assertThrows } from "@std/assert";
import { joinPath } from "./join_path.ts";

Deno.test("joinPath() keeps the kind of the folder", () => {
  assertEquals(joinPath("models", "a/b.json"), "models/a/b.json");
  assertEquals(joinPath("models/", "a"), "models/a");
  assertEquals(joinPath("/", "a"), "/a");
  assertEquals(joinPath("", "a"), "a");
  assertEquals(joinPath("C:\\models\\", "a"), "C:\\models/a");
  assertEquals(joinPath("file:///models", "a b"), "file:///models/a%20b");
  const url = joinPath(new URL("https://example.com/m?v=1"), "a");
  assertEquals(url.href, "https://example.com/m/a?v=1");
});

Deno.test("joinPath() takes the characters of a name as they are", () => {
  const base = new URL("https://example.com/models/");
  assertEquals(joinPath(base, "%2e%2e/x").pathname, "/models/%252e%252e/x");
  assertEquals(joinPath(base, "a?b#c").pathname, "/models/a%3Fb%23c");
  assertEquals(joinPath("m", "..a/b..").toString(), "m/..a/b..");
});

const OUTSIDE = [
  "",
  ".",
  "..",
  "../a",
  "a/../../b",
  "a/..",
  "./a",
  "/a",
  "//host/a",
  "a//b",
  "a/",
  "..\\a",
  "a\\b",
  "C:a",
  "a:stream",
  "a\0.json",
  "a\nb",
  "https://example.com/a",
];

for (const name of OUTSIDE) {
  Deno.test(`joinPath() refuses ${JSON.stringify(name)}`, () => {
    assertThrows(() => joinPath("models", name), RangeError, "as a name inside models");
    assertThrows(() => joinPath(new URL("file:///m/"), name), RangeError);
  });
}

Deno.test("joinPath() refuses a part that no disk takes, with a short error", () => {
  assertEquals(joinPath("models", "a".repeat(255)), `models/${"a".repeat(255)}`);
  const error = assertThrows(() => joinPath("models", `b/${"a".repeat(256)}`), RangeError);
  assertEquals((error as Error).message.length < 200, true);
});
