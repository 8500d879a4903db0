import { assertEquals } from "@std/assert";
import { embeddedPage } from "./embed_page.ts";

Deno.test("the server's page is what embed_page.ts makes of its files now", async () => {
  const path = new URL("../../apps/server/page/_page_files.ts", import.meta.url);
  assertEquals(await Deno.readTextFile(path), await embeddedPage());
});
