import { assertEquals, assertRejects } from "@std/assert";
import { chunkBytes, readContent, writeContent } from "./contents.ts";
import { StoreError } from "./database.ts";
import { openStore } from "./store.ts";
import { testOnEachDatabase } from "./testing/each_database.ts";

testOnEachDatabase("a store keeps what it was given", async (open, t) => {
  let store = await open();
  let key = "";
  await t.step("keys, by their hashes alone", async () => {
    assertEquals(await store.keys.areNeeded(), false);
    key = await store.keys.add("first");
    await assertRejects(() => store.keys.add("first"), Error, "there is one of that name");
    assertEquals([await store.keys.areNeeded(), await store.keys.has(key)], [true, true]);
    assertEquals(await store.keys.has("another"), false);
    const [{ hash }] = await store.database.query<{ hash: Uint8Array }>(
      "SELECT hash FROM heed.api_key",
    );
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
    assertEquals(new Uint8Array(hash), new Uint8Array(digest));
  });
  await t.step("suggestions", async () => {
    const suggestion = { text: "Hello 😆", suggestion: "Hallo", source: "en", target: "de" };
    await store.suggestions.add(suggestion);
    assertEquals([...await store.suggestions.list()], [suggestion]);
  });
  await t.step("contents in bounded rows, once", async () => {
    const job = crypto.randomUUID();
    const bytes = new Uint8Array(2 * chunkBytes + 5).map((_, i) => i * 7);
    const place = { job, part: "source", piece: 0 } as const;
    await store.database.transaction(async (queries) => {
      await queries.query(
        `INSERT INTO heed.job (id, file_name, format, source, target)
         VALUES ($1, 'a.txt', 'txt', 'en', 'de')`,
        [job],
      );
      await writeContent(queries, place, bytes);
    });
    assertEquals(await readContent(store.database, place), bytes);
    const sizes = await store.database.query("SELECT length(bytes) AS size FROM heed.content");
    assertEquals(sizes.map(({ size }) => size), [chunkBytes, chunkBytes, 5]);
    const error = await assertRejects(() => writeContent(store.database, place, bytes), StoreError);
    assertEquals([error.state, error.isPassing], ["23505", false]);
  });
  await t.step("a transaction that fails leaves nothing", async () => {
    await assertRejects(() =>
      store.database.transaction(async (queries) => {
        await queries.query("DELETE FROM heed.suggestion");
        throw new RangeError("Cannot go on");
      }), RangeError);
    assertEquals((await store.suggestions.list()).length, 1);
  });
  await t.step("also when it is opened again", async () => {
    await store.close();
    store = await open();
    assertEquals(await store.keys.has(key), true);
    assertEquals((await store.keys.list()).map(({ name }) => name), ["first"]);
    assertEquals([await store.keys.remove("first"), await store.keys.remove("first")], [
      true,
      false,
    ]);
    assertEquals(await store.keys.has(key), false);
  });
  await t.step("a store of a later version is left alone", async () => {
    await store.database.query("INSERT INTO heed.migration (version) VALUES (99)");
    await store.close();
    await assertRejects(open, Error, "run a newer server");
  });
});

Deno.test("openStore() refuses a folder that is open, and an address where no server is", async () => {
  const folder = await Deno.makeTempDir();
  const store = await openStore({ folder });
  await assertRejects(() => openStore({ folder }), Error, "another process has it open");
  await store.close();
  await Deno.remove(folder, { recursive: true });
  const url = "postgres://heed@127.0.0.1:1/none";
  const error = await assertRejects(() => openStore({ url }), StoreError);
  assertEquals(error.isPassing, true);
});
