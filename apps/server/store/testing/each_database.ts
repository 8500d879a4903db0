import { openStore, type Store } from "../store.ts";
import { noPostgres, startPostgres } from "./postgres_server.ts";

/** Registers a test for PostgreSQL in this process, and for a server where there is one. */
export function testOnEachDatabase(
  name: string,
  test: (open: () => Promise<Store>, t: Deno.TestContext) => Promise<void>,
): void {
  Deno.test(`${name} (PGlite)`, async (t) => {
    const folder = await Deno.makeTempDir({ prefix: "heed_store_" });
    try {
      await test(() => openStore({ folder }), t);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
  Deno.test({
    name: `${name} (PostgreSQL)`,
    ignore: noPostgres !== undefined,
    fn: async (t) => {
      await using server = await startPostgres();
      await test(() => openStore({ url: server.url }), t);
    },
  });
}
