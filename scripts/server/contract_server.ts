/**
 * Serves tiny models without meaning, so that clients and fuzzers can try every route at once.
 *
 *     deno run -A scripts/server/contract_server.ts [--port 0]
 *
 * Prints its address, and a line for every error that is the server's own fault.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { createApp } from "../../apps/server/app.ts";
import { fakeModels } from "../../apps/server/testing/fake_models.ts";
import { withTinyModels } from "../../apps/server/testing/tiny_text_models.ts";

const { port } = parseArgs(Deno.args, { string: ["port"], default: { port: "0" } });

await withTinyModels(async (textModels) => {
  const app = createApp({
    models: fakeModels(),
    textModels,
    settings: { deadline: 20 },
    onError: (error, { method, path }) =>
      console.error(`FAILED ${method} ${path}: ${(error as Error).stack ?? error}`),
  });
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: Number(port),
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  }, app.fetch);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => server.shutdown());
  }
  await server.finished;
});
Deno.exit(0);
