import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "./program.ts";
import { fakeHost } from "./testing/fake_host.ts";

async function heed(args: readonly string[], environment: Record<string, string> = {}) {
  const host = fakeHost({ environment });
  return { exitCode: await run(args, host), out: host.out(), errors: host.errors() };
}

Deno.test("heed keys makes, lists and removes keys", async () => {
  const store = await Deno.makeTempDir({ prefix: "heed_keys_" });
  const keys = (...args: string[]) => heed(["keys", ...args, "--store", store]);
  const made = await keys("add", "alice");
  assertEquals([made.exitCode, made.errors], [0, ""]);
  assertMatch(made.out, /^[\w-]{32}\n$/);
  const again = await keys("add", "alice");
  assertEquals([again.exitCode, again.out], [1, ""]);
  assertStringIncludes(again.errors, "there is one of that name");
  assertMatch((await keys("list")).out, /^alice\t\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
  assertEquals((await keys("remove", "alice")).out, "alice is removed\n");
  assertEquals((await keys("remove", "alice")).exitCode, 1);
  assertEquals((await keys("list")).out, "");
  await Deno.remove(store, { recursive: true });
});

Deno.test("heed worker and heed keys say what is wrong with an address", async () => {
  const none = await heed(["worker"]);
  assertEquals(none.exitCode, 2);
  assertStringIncludes(none.errors, "give --database-url or DATABASE_URL");
  const other = await heed(["worker"], { DATABASE_URL: "mysql://a" });
  assertEquals(other.exitCode, 2);
  assertStringIncludes(other.errors, "must begin with postgres://");
  const away = await heed(["keys", "list", "--database-url", "postgres://heed@127.0.0.1:1/a"]);
  assertEquals(away.exitCode, 1);
  assertStringIncludes(away.errors, "Cannot use the store");
});
