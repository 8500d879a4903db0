import { assertEquals, assertStrictEquals } from "@std/assert";
import { fileError } from "./file_error.ts";

Deno.test("fileError() names the file whatever the system says", () => {
  const cause = new Error("File too large (os error 27)");
  const error = fileError("write", { path: "out.txt", cause }) as Error;
  assertEquals(error.message, "Cannot write out.txt: File too large (os error 27)");
});

for (
  const cause of [
    new Deno.errors.BrokenPipe("Broken pipe (os error 32)"),
    new Error("Cannot read out.txt: Input/output error (os error 5)"),
    new SyntaxError("line 1 is no pair"),
  ]
) {
  Deno.test(`fileError() leaves "${cause.message}" as it is`, () => {
    assertStrictEquals(fileError("read", { path: "out.txt", cause }), cause);
  });
}
