import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { place, withFolder } from "./_fixtures_test.ts";
import { lockDirectory } from "./directory_lock.ts";
import { joinPath } from "./join_path.ts";
import type { ModelAssets } from "./model_assets.ts";
import { type FetchProgress, resolveModel } from "./resolve_model.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

const CONTENT: Record<string, Uint8Array<ArrayBuffer>> = {
  "config.json": utf8('{"model_type":"marian"}'),
  "weights/model.safetensors": new Uint8Array(300_000).fill(7),
};

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

interface Host {
  readonly assets: ModelAssets;
  /** What is served; tests change it. */
  readonly served: Record<string, Uint8Array<ArrayBuffer>>;
  /** Paths asked for. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/** Serves a model as a registry does. */
async function host(): Promise<Host> {
  const served = { ...CONTENT };
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const path = new URL(request.url).pathname.replace("/pkg/1.0.0/model/", "");
    asked.push(path);
    return Object.hasOwn(served, path)
      ? new Response(served[path])
      : new Response("none", { status: 404 });
  });
  const listed = Object.entries(CONTENT).map(async ([path, bytes]) => ({
    path,
    bytes: bytes.byteLength,
    sha256: await digest(bytes),
  }));
  return {
    assets: {
      name: "en-de",
      version: "1.0.0",
      base: new URL(`http://127.0.0.1:${server.addr.port}/pkg/1.0.0/model/`),
      files: await Promise.all(listed),
    },
    served,
    asked,
    stop: () => server.shutdown(),
  };
}

/** Runs a test with a served model and an empty cache. */
function withHost(test: (host: Host, cache: string) => Promise<void>): () => Promise<void> {
  return withFolder(async (folder) => {
    const running = await host();
    try {
      await test(running, folder);
    } finally {
      await running.stop();
    }
  });
}

function entries(folder: string): string[] {
  const names: string[] = [];
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isFile) names.push(entry.name);
    else names.push(...entries(`${folder}/${entry.name}`).map((name) => `${entry.name}/${name}`));
  }
  return names.sort();
}

Deno.test("resolveModel() gives paths and URLs back", async () => {
  assertEquals(await resolveModel("models/en-de"), "models/en-de");
  const url = new URL("file:///models/en-de/");
  assertEquals(await resolveModel(url), url);
});

Deno.test(
  "resolveModel() fetches once, checks, reports the progress, and then needs no network",
  withHost(async ({ assets, asked, stop }, cache) => {
    const progress: FetchProgress[] = [];
    const options = {
      cacheDirectory: cache,
      onProgress: (step: FetchProgress) => void progress.push(step),
    };
    const directory = await resolveModel(assets, options);
    assertEquals(directory, `${cache}/models/en-de/1.0.0`);
    for (const [path, bytes] of Object.entries(CONTENT)) {
      assertEquals(await Deno.readFile(joinPath(String(directory), path)), bytes);
    }
    assertEquals(progress.at(-1), {
      path: "weights/model.safetensors",
      fetchedBytes: 300_023,
      totalBytes: 300_023,
    });
    assertEquals(asked, ["config.json", "weights/model.safetensors"]);

    await stop();
    progress.length = 0;
    assertEquals(await resolveModel(assets, options), directory);
    assertEquals(progress, []);
  }),
);

Deno.test(
  "resolveModel() fetches a file of another length again, and only that",
  withHost(async ({ assets, asked }, cache) => {
    const directory = String(await resolveModel(assets, { cacheDirectory: cache }));
    await Deno.truncate(`${directory}/config.json`, 3);
    asked.length = 0;
    await resolveModel(assets, { cacheDirectory: cache });
    assertEquals(asked, ["config.json"]);
    assertEquals(await Deno.readFile(`${directory}/config.json`), CONTENT["config.json"]);
  }),
);

Deno.test(
  "resolveModel() notices other assets of the same version and length",
  withHost(async ({ assets, served, asked }, cache) => {
    await resolveModel(assets, { cacheDirectory: cache });
    const other = utf8('{"model_type":"mariaN"}');
    served["config.json"] = other;
    const sha256 = await digest(other);
    const files = assets.files.map((file) =>
      file.path === "config.json" ? { ...file, sha256 } : file
    );
    asked.length = 0;
    const directory = await resolveModel({ ...assets, files }, { cacheDirectory: cache });
    assertEquals(asked, ["config.json"]);
    assertEquals(await Deno.readFile(`${directory}/config.json`), other);
  }),
);

Deno.test(
  "resolveModel() fetches everything again when the record of its digests is damaged",
  withHost(async ({ assets, asked }, cache) => {
    const directory = await resolveModel(assets, { cacheDirectory: cache });
    await place(String(directory), ".heed-assets.json", "{");
    asked.length = 0;
    await resolveModel(assets, { cacheDirectory: cache });
    assertEquals(asked.length, 2);
  }),
);

const WRONG: { what: string; bytes: Uint8Array<ArrayBuffer> | undefined; message: string }[] = [
  { what: "is missing", bytes: undefined, message: "the server answered 404" },
  {
    what: "is too short",
    bytes: utf8("{}"),
    message: "config.json has 2 of the 23 bytes expected",
  },
  {
    what: "is too long",
    bytes: new Uint8Array(1_000_000),
    message: "config.json has more than the 23 bytes expected",
  },
  {
    what: "has other content",
    bytes: utf8('{"model_type":"mariaN"}'),
    message: "config.json has the SHA-256 ",
  },
];

for (const { what, bytes, message } of WRONG) {
  Deno.test(
    `resolveModel() keeps nothing of a file that ${what}`,
    withHost(async ({ assets, served }, cache) => {
      if (bytes === undefined) delete served["config.json"];
      else served["config.json"] = bytes;
      const error = await assertRejects(() => resolveModel(assets, { cacheDirectory: cache }));
      const text = (error as Error).message;
      assertStringIncludes(text, `Cannot fetch config.json of model en-de 1.0.0 into ${cache}`);
      assertStringIncludes(text, message);
      assertStringIncludes(text, `run again with a connection to ${assets.base.host}`);
      assertEquals(entries(cache), []);
    }),
  );
}

Deno.test(
  "resolveModel() that runs several times at once fetches each file once",
  withHost(async ({ assets, asked }, cache) => {
    const runs = Array.from({ length: 4 }, () => resolveModel(assets, { cacheDirectory: cache }));
    await Promise.all(runs);
    assertEquals(asked, ["config.json", "weights/model.safetensors"]);
    assertEquals(entries(cache), [
      "models/en-de/1.0.0/.heed-assets.json",
      "models/en-de/1.0.0/config.json",
      "models/en-de/1.0.0/weights/model.safetensors",
    ]);
  }),
);

Deno.test(
  "resolveModel() can be stopped and leaves no part of a file",
  withHost(async ({ assets }, cache) => {
    const controller = new AbortController();
    const resolving = resolveModel(assets, {
      cacheDirectory: cache,
      signal: controller.signal,
      onProgress: ({ path }) => {
        if (path.startsWith("weights")) controller.abort(new Error("enough"));
      },
    });
    await assertRejects(() => resolving, Error, "enough");
    assertEquals(entries(cache), ["models/en-de/1.0.0/config.json"]);
  }),
);

/** Serves the first bytes of every file, and then nothing more. */
function withStall(
  test: (assets: ModelAssets, cache: string) => Promise<void>,
  { answers = true } = {},
): () => Promise<void> {
  return withFolder(async (cache) => {
    const stop = new AbortController();
    const server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      signal: stop.signal,
      onListen: () => {},
    }, () => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(utf8("{")),
      });
      const later = new Promise<Response>((resolve) =>
        stop.signal.addEventListener("abort", () => resolve(new Response("late")))
      );
      return answers ? new Response(body) : later;
    });
    const base = new URL(`http://127.0.0.1:${server.addr.port}/`);
    const files = [{ path: "config.json", bytes: 23, sha256: "0".repeat(64) }];
    try {
      await test({ name: "en-de", version: "1.0.0", base, files }, cache);
    } finally {
      stop.abort();
      await server.finished;
    }
  });
}

for (const answers of [true, false]) {
  Deno.test(
    `resolveModel() gives up a server that ${answers ? "stalls" : "never answers"}`,
    withStall(async (assets, cacheDirectory) => {
      const resolving = resolveModel(assets, { cacheDirectory, idleMs: 50 });
      const error = await assertRejects(
        () => resolving,
        Error,
        "the server sent nothing for 0.05 s",
      );
      assertStringIncludes(error.message, `run again with a connection to ${assets.base.host}`);
      assertEquals(entries(cacheDirectory), []);
    }, { answers }),
  );
}

Deno.test(
  "resolveModel() can be stopped while a server stalls",
  withStall(async (assets, cacheDirectory) => {
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    const { signal } = controller;
    const resolving = resolveModel(assets, { cacheDirectory, signal, onProgress });
    await assertRejects(() => resolving, Error, "enough");
    assertEquals(entries(cacheDirectory), []);
  }),
);

Deno.test(
  "resolveModel() can be stopped while another process fetches",
  withHost(async ({ assets }, cache) => {
    const directory = `${cache}/models/en-de/1.0.0`;
    await Deno.mkdir(directory, { recursive: true });
    using _ = await lockDirectory(directory);
    const controller = new AbortController();
    const resolving = resolveModel(assets, { cacheDirectory: cache, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 100);
    await assertRejects(() => resolving, Error, "enough");
  }),
);

Deno.test(
  "resolveModel() asks for another cache where it cannot write, not for a connection",
  withHost(async ({ assets }, cache) => {
    await place(cache, "models", "a file where a folder is needed");
    const error = await assertRejects(() => resolveModel(assets, { cacheDirectory: cache }), Error);
    assertStringIncludes(error.message, "set HEED_CACHE_DIR to a folder that can be written");
    assert(!error.message.includes("connection"), error.message);
  }),
);

const SHA = "0".repeat(64);
const MALFORMED: { what: string; changes: { [Key in keyof ModelAssets]?: unknown } }[] = [
  { what: "files that are null", changes: { files: null } },
  { what: "a file that is null", changes: { files: [null] } },
  { what: "a file without a name", changes: { files: [{ bytes: 1, sha256: SHA }] } },
  { what: "a base that is no URL", changes: { base: "https://example.org/" } },
  { what: "no name", changes: { name: undefined } },
  { what: "a name of two folders", changes: { name: "a/b" } },
  { what: "a scope without a name", changes: { name: "@a/" } },
  { what: "a name that leaves the cache", changes: { name: "../en-de" } },
  { what: "a name with a parent in it", changes: { name: "a/../../en-de" } },
  { what: "a version that is a path", changes: { version: "1/../.." } },
  { what: "a file outside", changes: { files: [{ path: "../x", bytes: 1, sha256: SHA }] } },
  { what: "a negative length", changes: { files: [{ path: "x", bytes: -1, sha256: SHA }] } },
  { what: "a digest that is none", changes: { files: [{ path: "x", bytes: 1, sha256: "0" }] } },
];

for (const { what, changes } of MALFORMED) {
  Deno.test(
    `resolveModel() refuses assets with ${what}`,
    withHost(async ({ assets, asked }, cache) => {
      const wrong = { ...assets, ...changes } as ModelAssets;
      await assertRejects(() => resolveModel(wrong, { cacheDirectory: cache }), RangeError);
      assertEquals(asked, []);
    }),
  );
}

Deno.test(
  "resolveModel() takes a name with a scope",
  withHost(async ({ assets }, cache) => {
    const directory = await resolveModel({ ...assets, name: "@a/b" }, { cacheDirectory: cache });
    assertEquals(directory, `${cache}/models/@a/b/1.0.0`);
  }),
);

Deno.test(
  "resolveModel() uses assets on disk in place, once they are whole",
  withFolder(async (folder) => {
    await place(folder, "config.json", CONTENT["config.json"]!);
    const base = new URL(`file://${folder}/`);
    const file = { path: "config.json", bytes: 23, sha256: SHA };
    const assets = { name: "en-de", version: "1.0.0", base, files: [file] };
    assertEquals(await resolveModel(assets), base);
    await Deno.truncate(`${folder}/config.json`, 5);
    const error = await assertRejects(() => resolveModel(assets));
    assert(error instanceof Error);
    assertStringIncludes(error.message, "config.json has 5 bytes and should have 23");
  }),
);
