import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fakeHost } from "./testing/fake_host.ts";
import { demo } from "./demo.ts";

Deno.test("demo() prints sources, translations, scores, a picture, the device and the time", async () => {
  const host = fakeHost();
  await demo(host);
  const out = host.out();
  assertStringIncludes(
    out,
    "en  The file could not be opened.\nde  THE FILE COULD NOT BE OPENED.\n",
  );
  assertEquals(out.match(/score -0\.500/g)?.length, 4);
  assertStringIncludes(out, "\n    WHEN YOU ARE READY, CLICK ON THE BUTTON.\n");
  // The fake tokens are letters: they make one row of words.
  assertMatch(out, /word by word, for "THE FILE COULD NOT BE OPENED\.":\n[\s\S]*@\n[\s\S]*@\n/);
  assertStringIncludes(out, "Ran on paper by the engine, int8, 2 threads (it is a test).");
  assertEquals(host.loaded.length, 1);
});
