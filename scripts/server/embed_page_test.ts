import { assert } from "@std/assert";
import { SCRIPT, STYLE } from "../../apps/server/page/_page_files.ts";
import { WORKER_FILES } from "../../apps/server/page/_worker_files.ts";
import { embedded, embeddedFiles } from "./embed_page.ts";

for (const file of embeddedFiles) {
  Deno.test(`${file.name} is what deno task build:page makes now`, async () => {
    const path = new URL(`../../apps/server/page/${file.name}`, import.meta.url);
    const isSame = await Deno.readTextFile(path) === await embedded(file);
    assert(isSame, `${file.name} is older than what it is made of: run deno task build:page`);
  });
}

Deno.test("the page stays small, and what translates in the browser small beside a model", () => {
  const bytes = (files: Readonly<Record<string, string>>) =>
    Object.values(files).reduce((sum, base64) => sum + base64.length * 3 / 4, 0);
  for (
    const [name, size, limit] of [
      ["the page", SCRIPT.length + STYLE.length, 40e3],
      ["the worker, compressed", bytes(WORKER_FILES), 300e3],
    ] as const
  ) assert(size < limit, `${name} has ${size} bytes: more than ${limit}`);
});
