import { assert, assertEquals } from "@std/assert";
import { detectorFiles } from "./detector_files.ts";

Deno.test("the files of the detector are those that its first one needs", async () => {
  const [first] = detectorFiles.values();
  const needed = new Set([first.href]);
  for (const href of needed) {
    const text = await Deno.readTextFile(new URL(href));
    for (const [, path] of text.matchAll(/^import .* from '(\.[^']+)'/gm)) {
      needed.add(new URL(path, href).href);
    }
  }
  assert(needed.size > 5);
  assertEquals([...needed].sort(), [...detectorFiles.values()].map(({ href }) => href).sort());
});
