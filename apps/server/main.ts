/**
 * Serves translations.
 *
 *     deno task serve [--host 127.0.0.1] [--port 5000] [--model DIR]...
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { createApp } from "./app.ts";
import { startKeeping } from "./keeping.ts";
import { Models, servedModels } from "./models.ts";
import { describeError } from "./request_log.ts";
import { defaultSettings, type ServerSettings } from "./settings.ts";
import { servedTextModels } from "./text_models/served_text_models.ts";
import { TextModels } from "./text_models/text_models.ts";

/** Where things are kept, in the folder that the server is started in. */
const defaultFolder = ".heed";

const help = `Serves translations: LibreTranslate's API, and a page for people.

Usage: deno task serve [options]

  --host ADDRESS            address to listen on (default 127.0.0.1: this machine alone)
  --port N                  port (default 5000)
  --model DIR               a model directory; again for more. Without one that translates, the models that come
                            with Heed do; BERTs and GPTs answer at /v1/embeddings, /v1/completions and the like
  --threads N               threads of each model
  --char-limit N            most characters of a request, -1 for none (default ${defaultSettings.charLimit})
  --batch-limit N           most texts of a request, -1 for none (default ${defaultSettings.batchLimit})
  --req-limit N             requests of a client in a minute, 0 for no limit (default 0)
  --char-rate N             characters of a client in a minute, 0 for no limit (default 0)
  --deadline SECONDS        when a request is given up (default ${defaultSettings.deadline})
  --max-waiting N           most sentences that wait for a model; more are sent away with 503 (default ${defaultSettings.maxWaiting})
  --grace SECONDS           how long requests under way have to end when the server is stopped (default 20)
  --no-log                  print no line for each request; those that are printed have nothing that clients wrote
  --trust-forwarded-for     believe X-Forwarded-For: only behind a proxy that sets it
  --file-limit BYTES        most bytes of a file to translate (default ${defaultSettings.fileLimit})
  --suggestions             take better translations that clients propose
  --store DIR               folder of keys, suggestions and files (default ${defaultFolder})
  --no-store                keep nothing: no files are translated
  --cache N                 keep so many translations, to give them again (default 0)
  --job-workers N           pieces of files translated here at a time (default 2; 0: heed worker does them)
  --help                    print this

HEED_API_KEYS holds keys, separated by commas; where it is set, or heed keys add has made some, clients have to give
one (api_key). DATABASE_URL names a PostgreSQL server to keep everything in, which heed worker shares.
`;

const numbers = {
  "char-limit": "charLimit",
  "batch-limit": "batchLimit",
  "req-limit": "requestsPerMinute",
  "char-rate": "charactersPerMinute",
  "deadline": "deadline",
  "max-waiting": "maxWaiting",
  "file-limit": "fileLimit",
} as const satisfies Record<string, keyof ServerSettings>;

/** A command line that says what cannot be done. */
class UsageError extends Error {}

function wholeNumber(name: string, value: string, least: number): number {
  const number = Number(value);
  if (value.trim() !== "" && Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`Cannot take --${name} ${value}: give a whole number of at least ${least}`);
}

/** Reads the command line, and serves until the process is told to end. */
async function main(args: readonly string[]): Promise<void> {
  const options = parseArgs([...args], {
    string: [
      "host",
      "port",
      "model",
      "threads",
      "grace",
      "store",
      "cache",
      "job-workers",
      ...Object.keys(numbers),
    ],
    boolean: ["help", "trust-forwarded-for", "suggestions", "no-store", "no-log"],
    collect: ["model"],
    default: { host: "127.0.0.1", port: "5000", grace: "20" },
    unknown: (argument) => {
      throw new UsageError(`Cannot understand ${argument}: try --help`);
    },
  });
  if (options.help) return console.log(help);
  const given: Record<string, unknown> = {
    trustForwardedFor: options["trust-forwarded-for"],
    suggestions: options.suggestions,
  };
  for (const [name, setting] of Object.entries(numbers)) {
    const value = (options as Record<string, unknown>)[name];
    if (typeof value === "string") given[setting] = wholeNumber(name, value, -1);
  }
  const keys = Deno.env.get("HEED_API_KEYS")?.split(",").map((key) => key.trim()).filter(Boolean);
  const settings: Partial<ServerSettings> = { ...given, apiKeys: keys ?? [] };
  const threads = options.threads === undefined
    ? undefined
    : wholeNumber("threads", options.threads, 1);
  // On Deno Deploy there is one core and no adapter to count on, and no disk that lasts.
  const isDeployed = ["DENO_DEPLOY", "DENO_DEPLOYMENT_ID"].some((name) => Deno.env.has(name));
  const url = Deno.env.get("DATABASE_URL");
  const loading = isDeployed ? { device: "wasm" as const, threads: threads ?? 1 } : { threads };
  const { translation, textModels: served } = await servedTextModels(
    options.model as string[],
    loading,
  );
  const models = new Models(await servedModels(translation, loading), settings);
  const textModels = new TextModels(served, settings);
  const port = wholeNumber("port", options.port, 0);
  const grace = wholeNumber("grace", options.grace, 0);
  const keeping = await startKeeping(
    options["no-store"] || isDeployed && url === undefined ? undefined : {
      url,
      folder: options.store ?? defaultFolder,
      cached: wholeNumber("cache", options.cache ?? "0", 0),
      workers: wholeNumber("job-workers", options["job-workers"] ?? "2", 0),
      models,
      onError: (error) => console.error(JSON.stringify({ error: describeError(error) })),
    },
  );
  const app = createApp({
    models,
    textModels,
    store: keeping.store,
    jobs: keeping.jobs,
    settings,
    onError: (error, request) =>
      console.error(JSON.stringify({ ...request, error: describeError(error) })),
    onRequest: options["no-log"] ? undefined : (entry) => console.log(JSON.stringify(entry)),
  });
  const server = Deno.serve({
    hostname: options.host,
    port,
    onListen: ({ hostname, port }) => console.log(`Listening on http://${hostname}:${port}/`),
  }, app.fetch);
  const impatience = Promise.withResolvers<void>();
  let isStopping = false;
  // What is under way ends, for some seconds; who asks again does not want to wait for it.
  const stop = () => {
    if (isStopping) return impatience.resolve();
    isStopping = true;
    keeping.stop();
    server.shutdown();
    setTimeout(impatience.resolve, grace * 1000);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  await Promise.race([server.finished, impatience.promise]);
  await keeping.stop();
  await keeping.close();
  models.dispose();
  textModels.dispose();
}

if (import.meta.main) {
  try {
    await main(Deno.args);
    Deno.exit(0);
  } catch (error) {
    console.error(`heed: ${(error as Error).message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
