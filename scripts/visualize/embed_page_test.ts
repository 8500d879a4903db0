import { assertEquals } from "@std/assert";
import { embeddedPage } from "./embed_page.ts";

Deno.test("the embedded page is what embed_page.ts makes of the files now", async () => {
  const path = new URL("../../packages/visualize/_page_files.ts", import.meta.url);
  assertEquals(await Deno.readTextFile(path), await embeddedPage());
});
