import { assertEquals } from "@std/assert";
import { run } from "./program.ts";
import { fakeHost } from "./testing/fake_host.ts";

/** So many lines, none of which is UTF-8. */
const noise = (lines: number) => new Uint8Array(2 * lines).map((_, i) => i % 2 === 0 ? 0xff : 10);

for (const [lines, expected] of [[10, 10], [11, 11], [4000, 11]]) {
  Deno.test(`heed translate warns of ${lines} lines that are not UTF-8 in ${expected}`, async () => {
    const host = fakeHost({ stdin: noise(lines) });
    assertEquals(await run(["translate"], host), 0);
    const warnings = host.errors().trimEnd().split("\n");
    assertEquals(warnings.length, expected);
    const last = lines === 10
      ? "heed: line 10 is not UTF-8: replaced what cannot be read"
      : `heed: and ${lines - 10} more ${lines === 11 ? "line" : "lines"} like these`;
    assertEquals(warnings.at(-1), last);
  });
}

Deno.test("heed score and heed tokenize encode count their warnings, too", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, noise(20));
  const last = "heed: and 10 more lines like these\n";
  const encoding = fakeHost({ stdin: noise(20) });
  await run(["tokenize", "encode"], encoding);
  assertEquals(encoding.errors().endsWith(last), true, encoding.errors());
  const scoring = fakeHost();
  await run(["score", "--hypothesis", path, "--reference", path], scoring);
  // Once for each of the two files.
  assertEquals(scoring.errors().split(last).length, 3, scoring.errors());
  await Deno.remove(path);
});

Deno.test("heed evaluate counts the lines that are no pair", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "a\tA\n" + "no pair\n".repeat(50));
  const host = fakeHost();
  assertEquals(await run(["evaluate", "--test", path], host), 0);
  const warnings = host.errors().trimEnd().split("\n");
  assertEquals([warnings.length, warnings[10]], [11, "heed: and 40 more lines like these"]);
  await Deno.remove(path);
});
