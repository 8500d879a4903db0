import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { withFolder } from "../_fixtures_test.ts";
import { files } from "../files.ts";
import type { FetchProgress } from "../resolve_model.ts";
import { findModel, listModels, removeModel } from "./cached_models.ts";
import {
  COMMIT,
  damaged,
  entries,
  type FakeHub,
  loginPage,
  modelFiles,
  NAME,
  NEEDED,
  partOf,
  refusal,
  startHub,
} from "./_fake_hub_test.ts";
import { describeModel, pullModel, type PullOptions } from "./pull_model.ts";
import { searchModels } from "./search_models.ts";

const FOLDER = `hub/huggingface/Helsinki-NLP--opus-mt-en-fr`;
const WEIGHTS = "model.safetensors";

interface Bench {
  readonly hub: FakeHub;
  readonly cache: string;
  pull(options?: PullOptions): ReturnType<typeof pullModel>;
}

/** Runs a test with a hub and an empty cache. */
function withHub(
  test: (bench: Bench) => Promise<void>,
  options: Parameters<typeof startHub>[0] = {},
): () => Promise<void> {
  return withFolder(async (cache) => {
    await using hub = await startHub(options);
    const pull = (more: PullOptions = {}) =>
      pullModel(NAME, {
        cacheDirectory: cache,
        endpoint: hub.endpoint,
        retryMs: 1,
        retries: 2,
        idleMs: 5000,
        ...more,
      });
    await test({ hub, cache, pull });
  });
}

/** The cache holds the model whole and nothing else. */
async function assertWhole(cache: string): Promise<void> {
  const inside = NEEDED.map((path) => `${FOLDER}/${COMMIT}/${path}`);
  assertEquals(
    entries(cache),
    [`${FOLDER}/${COMMIT}/.heed-hub.json`, ...inside, `${FOLDER}/revisions.json`].sort(),
  );
  for (const path of NEEDED) {
    assertEquals(await Deno.readFile(`${cache}/${FOLDER}/${COMMIT}/${path}`), modelFiles()[path]);
  }
  assertEquals((await listModels({ cacheDirectory: cache })).map(({ name }) => name), [NAME]);
}

/** Nothing in the cache passes for a file of a model but those that are whole. */
async function assertClean(cache: string): Promise<void> {
  assertEquals(await listModels({ cacheDirectory: cache }), []);
  const named = entries(cache).filter((path) =>
    NEEDED.some((name) => path.endsWith(`/${COMMIT}/${name}`))
  );
  for (const path of named) {
    const name = path.split(`/${COMMIT}/`)[1]!;
    assertEquals(await Deno.readFile(`${cache}/${path}`), modelFiles()[name]);
  }
}

Deno.test(
  "pullModel() fetches what is needed, and then needs no network",
  withHub(async ({ hub, cache, pull }) => {
    const steps: FetchProgress[] = [];
    const onProgress = (step: FetchProgress) => void steps.push(step);
    const model = await pull({ onProgress });
    await assertWhole(cache);
    assertEquals(model.directory, `${cache}/${FOLDER}/${COMMIT}`);
    assertEquals([model.name, model.version, model.revisions], [NAME, COMMIT, ["main"]]);
    assertEquals([model.source, model.license], [hub.endpoint, "apache-2.0"]);
    const total = NEEDED.reduce((sum, path) => sum + modelFiles()[path]!.length, 0);
    assertEquals(model.bytes, total);
    assertEquals([steps.at(-1)?.fetchedBytes, steps.at(-1)?.totalBytes], [total, total]);

    hub.asked.length = steps.length = 0;
    assertEquals(await pull({ onProgress }), model);
    assertEquals(hub.asked.map(({ path }) => path), [`api/models/${NAME}/revision/main`]);
    assertEquals(steps, []);
    assertEquals(await findModel(NAME, { cacheDirectory: cache }), model);
    assertEquals(await pull({ offline: true }), model);
    assertEquals(await findModel(NAME, { cacheDirectory: cache, revision: "0123456" }), model);
    assertEquals(
      await findModel(NAME, { cacheDirectory: cache, revision: "other" }),
      undefined,
    );
    assertEquals(hub.asked.length, 1);
  }),
);

Deno.test(
  "pullModel() asks for the digests that a list leaves out",
  withHub(async ({ cache, pull }) => {
    await pull();
    await assertWhole(cache);
  }, { blobs: false }),
);

const RECOVERED: { what: string; faults: Parameters<FakeHub["faults"]["set"]>[1] }[] = [
  { what: "503 twice", faults: [refusal(503), refusal(503)] },
  { what: "429 with the time to wait", faults: [refusal(429, { "retry-after": "0" })] },
  { what: "a connection cut at 70 %", faults: [partOf(0.7, "break")] },
  { what: "a body that ends at 70 %", faults: [partOf(0.7, "end")] },
  { what: "a cut, and then 503", faults: [partOf(0.3, "break"), refusal(503)] },
];

for (const { what, faults } of RECOVERED) {
  Deno.test(
    `pullModel() gets the whole model after ${what}`,
    withHub(async ({ hub, cache, pull }) => {
      hub.faults.set(WEIGHTS, [...faults]);
      await pull();
      await assertWhole(cache);
      const requests = hub.requestsOf(WEIGHTS);
      assertEquals(requests.length, faults.length + 1);
      const range = requests.at(-1)?.headers.get("range");
      if (what.includes("70 %")) assertEquals(range, "bytes=490000-");
      if (!what.includes("cut") && !what.includes("ends")) assertEquals(range, null);
    }),
  );
}

Deno.test(
  "pullModel() starts again when a server knows no ranges",
  withHub(async ({ hub, cache, pull }) => {
    hub.faults.set(WEIGHTS, [partOf(0.7, "break"), (_, bytes) => new Response(bytes)]);
    await pull();
    await assertWhole(cache);
  }),
);

Deno.test(
  "pullModel() starts again when two halves do not fit",
  withHub(async ({ hub, cache, pull }) => {
    const range = (bytes: Uint8Array) => `bytes 490000-${bytes.length - 1}/${bytes.length}`;
    hub.faults.set(WEIGHTS, [
      partOf(0.7, "break"),
      (_, bytes) =>
        new Response(bytes.slice(490_000).fill(0), {
          status: 206,
          headers: { "content-range": range(bytes) },
        }),
    ]);
    await pull();
    await assertWhole(cache);
    assertEquals(hub.requestsOf(WEIGHTS).length, 3);
  }),
);

const FAILED: {
  what: string;
  path?: string;
  faults: Parameters<FakeHub["faults"]["set"]>[1];
  message: string;
  options?: PullOptions;
}[] = [
  {
    what: "other content of the weights",
    faults: [damaged],
    message: "model.safetensors of 127.0.0.1:",
  },
  {
    what: "other content of a small file",
    path: "config.json",
    faults: [damaged],
    message: "it has the git SHA-1",
  },
  {
    what: "more bytes than expected",
    faults: [(_, bytes) => new Response(new Uint8Array(bytes.length + 1))],
    message: "more of model.safetensors than the 700000 bytes expected",
  },
  {
    what: "a login page with status 200",
    faults: [loginPage],
    message: "answered with a web page",
  },
  {
    what: "a body that always ends too early",
    faults: Array.from({ length: 9 }, () => partOf(0.5, "end")),
    message: "sent 350000 of the 700000 bytes of model.safetensors and no more",
  },
  {
    what: "503 again and again",
    faults: Array.from({ length: 9 }, () => refusal(503)),
    message: "answered 503 Service Unavailable; try again later",
  },
  {
    what: "429 for an hour",
    faults: [refusal(429, { "retry-after": "3600" })],
    message: "it has been asked too often: try again in 3600 s",
  },
  {
    what: "a stalled download",
    faults: Array.from({ length: 9 }, () => partOf(0.5, "stall")),
    message: "the server sent nothing for 0.1 s",
    options: { idleMs: 100 },
  },
  {
    what: "403 for the weights",
    faults: [refusal(403)],
    message: "accept its terms at http://127.0.0.1:",
  },
];

for (const { what, path = WEIGHTS, faults, message, options } of FAILED) {
  Deno.test(
    `pullModel() says what went wrong at ${what}, and succeeds the next time`,
    withHub(async ({ hub, cache, pull }) => {
      hub.faults.set(path, [...faults]);
      const error = await assertRejects(() => pull(options), Error);
      assertStringIncludes(error.message, `Cannot pull ${NAME}: `);
      assertStringIncludes(error.message, message);
      await assertClean(cache);
      hub.faults.clear();
      await pull();
      await assertWhole(cache);
    }),
  );
}

Deno.test(
  "pullModel() shows the token to the hub and to nobody else",
  withHub(async ({ hub, pull }) => {
    await pull({ token: "hf_secret" });
    const seen = (host: string) =>
      new Set(
        hub.asked.filter((one) => one.host === host).map(({ headers }) =>
          headers.get("authorization")
        ),
      );
    assertEquals(seen("hub"), new Set(["Bearer hf_secret"]));
    assertEquals(seen("storage"), new Set([null]));
  }),
);

Deno.test(
  "pullModel() does not follow redirects without end or to other protocols",
  withHub(async ({ hub, cache, pull }) => {
    for (const [location, message] of [["config.json", "without an end"], ["ftp://x/", "safe"]]) {
      hub.faults.set(
        "config.json",
        Array.from({ length: 9 }, () => refusal(302, { location: location! })),
      );
      await assertRejects(() => pull(), Error, message);
    }
    await assertClean(cache);
  }),
);

const API = `/api/models/${NAME}/revision/main`;

Deno.test(
  "pullModel() says what to do when the hub refuses the model",
  withHub(async ({ hub, cache, pull }) => {
    const cases: [status: number, headers: Record<string, string>, message: string][] = [
      [401, {}, "set HF_TOKEN to a token that may read it"],
      [403, {}, `accept its terms at ${hub.endpoint}/${NAME}`],
      [403, { "x-error-code": "GatedRepo" }, "accept its terms"],
      [404, {}, "has no such model, or none of revision main"],
      [404, { "x-error-code": "RevisionNotFound" }, "the model has no revision main"],
      [410, {}, "answered 410 Gone"],
    ];
    for (const [status, headers, message] of cases) {
      hub.pages.set(API, () => new Response("no", { status, headers }));
      await assertRejects(() => pull(), Error, message);
    }
    hub.pages.set(API, () => new Response("no", { status: 401 }));
    await assertRejects(() => pull({ token: "hf_x" }), Error, "check the name and the token");
    hub.pages.set(API, () => loginPage(new Request(hub.endpoint), new Uint8Array()));
    await assertRejects(() => pull(), Error, "answered with a web page in place of");
    hub.pages.set(API, () => Response.json({ siblings: [] }));
    await assertRejects(() => pull(), Error, "answered with something else");
    assertEquals(entries(cache), []);
  }),
);

Deno.test("pullModel() says so when there is no connection, or may be none", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const endpoint = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const cacheDirectory = await Deno.makeTempDir();
  const options = { cacheDirectory, endpoint, retries: 1, retryMs: 1 };
  await assertRejects(() => pullModel(NAME, options), Error, "there is no connection (127.0.0.1:");
  const offline = pullModel(NAME, { ...options, offline: true });
  await assertRejects(() => offline, Error, `it is not in the cache, ${cacheDirectory}/hub, and`);
  assertEquals(entries(cacheDirectory), []);
  await Deno.remove(cacheDirectory, { recursive: true });
});

Deno.test(
  "pullModel() refuses what it could not run, and says what there is",
  withHub(async ({ hub, pull }) => {
    hub.stored.delete(WEIGHTS);
    hub.stored.delete("pytorch_model.bin");
    await assertRejects(() => pull(), TypeError, "pytorch_model.bin, but tf_model.h5");
    hub.stored.delete("config.json");
    await assertRejects(() => pull(), TypeError, "it has no config.json");
  }),
);

Deno.test(
  "pullModel() can be stopped, and goes on from there",
  withHub(async ({ hub, cache, pull }) => {
    hub.faults.set(WEIGHTS, [partOf(0.5, "stall")]);
    const stop = new AbortController();
    const onProgress = ({ path }: FetchProgress) => {
      if (path === WEIGHTS) setTimeout(() => stop.abort(new Error("enough")), 50);
    };
    await assertRejects(() => pull({ signal: stop.signal, onProgress }), Error, "enough");
    await assertClean(cache);
    await pull();
    await assertWhole(cache);
    assertEquals(hub.requestsOf(WEIGHTS).at(-1)?.headers.get("range"), "bytes=350000-");
  }),
);

Deno.test(
  "pullModel() says where it cannot write",
  withHub(async ({ cache, pull }) => {
    await Deno.writeTextFile(`${cache}/hub`, "a file where a folder is needed");
    const error = await assertRejects(() => pull(), Error);
    assertStringIncludes(error.message, `Cannot pull ${NAME} into ${cache}/hub`);
    assertStringIncludes(error.message, "set HEED_CACHE_DIR to a folder that can be written");
    assertEquals(entries(cache), ["hub"]);
  }),
);

Deno.test(
  "pullModel() uses a whole model in a cache that is read-only",
  withHub(async ({ pull }) => {
    const model = await pull();
    const layer = files as { -readonly [Key in keyof typeof files]: typeof files[Key] };
    const { makeDirectory } = layer;
    layer.makeDirectory = () => Promise.reject(new Error("the disk is read-only"));
    try {
      assertEquals(await pull(), model);
    } finally {
      layer.makeDirectory = makeDirectory;
    }
  }),
);

Deno.test(
  "pullModel() says so when a read-only cache lacks the model",
  withHub(async ({ cache, pull }) => {
    const layer = files as { -readonly [Key in keyof typeof files]: typeof files[Key] };
    const { makeDirectory } = layer;
    layer.makeDirectory = (path) =>
      Promise.reject(new Error(`Cannot make ${path}: the disk is read-only`));
    try {
      const error = await assertRejects(() => pull(), Error);
      assertStringIncludes(error.message, `Cannot pull ${NAME} into ${cache}/hub`);
      assertStringIncludes(error.message, "the disk is read-only; set HEED_CACHE_DIR to a folder");
    } finally {
      layer.makeDirectory = makeDirectory;
    }
    assertEquals(entries(cache), []);
    await pull();
    await assertWhole(cache);
  }),
);

Deno.test(
  "pullModel() leaves nothing of a file on a disk that is full",
  withHub(async ({ cache, pull }) => {
    const layer = files as { -readonly [Key in keyof typeof files]: typeof files[Key] };
    const { append } = layer;
    layer.append = async (path, chunks) => {
      if (!String(path).endsWith(WEIGHTS)) return await append(path, chunks);
      await append(path, new Uint8Array(10));
      const cause = Object.assign(new Error(), { code: "ENOSPC" });
      throw new Error(`Cannot append to ${path}: the disk is full`, { cause });
    };
    try {
      const error = await assertRejects(() => pull(), Error);
      assertStringIncludes(error.message, "the disk is full");
      assertStringIncludes(error.message, "has room");
    } finally {
      layer.append = append;
    }
    assertEquals(
      entries(cache),
      NEEDED.filter((path) => path !== WEIGHTS).map((path) => `${FOLDER}/${COMMIT}/${path}`),
    );
    await assertClean(cache);
  }),
);

Deno.test(
  "pullModel() fetches a file again that has another length, and only that",
  withHub(async ({ hub, cache, pull }) => {
    const { directory } = await pull();
    await Deno.truncate(`${directory}/vocab.json`, 3);
    assertEquals(await findModel(NAME, { cacheDirectory: cache }), undefined);
    hub.asked.length = 0;
    await pull();
    await assertWhole(cache);
    assertEquals(hub.requestsOf("vocab.json").length, 1);
    assertEquals(hub.requestsOf("config.json").length, 0);
  }),
);

Deno.test(
  "removeModel() takes the model away, and says what it freed",
  withHub(async ({ cache, pull }) => {
    const options = { cacheDirectory: cache };
    const { bytes } = await pull();
    await assertRejects(() => removeModel(NAME, { ...options, revision: "v2" }), Error, "not in");
    assertEquals(await removeModel(NAME, { ...options, revision: "main" }), bytes);
    assertEquals(await listModels(options), []);
    await pull();
    assertEquals(await removeModel(NAME, options), bytes);
    assertEquals(entries(cache), []);
    await assertRejects(() => removeModel(NAME, options), Error, "it is not in");
  }),
);

Deno.test(
  "describeModel() tells what would be fetched, and fetches nothing",
  withHub(async ({ hub, cache }) => {
    const { endpoint } = hub;
    const { files, version, license } = await describeModel(NAME, {
      endpoint,
      cacheDirectory: cache,
    });
    assertEquals([version, license], [COMMIT, "apache-2.0"]);
    assertEquals(files.map(({ path }) => path).sort(), [...NEEDED].sort());
    assertEquals(files.find(({ path }) => path === WEIGHTS)?.bytes, 700_000);
    assertEquals(entries(cache), []);
  }),
);

Deno.test(
  "searchModels() asks the hub for models of a task",
  withHub(async ({ hub }) => {
    const asked: string[] = [];
    hub.pages.set("/api/models", (request) => {
      asked.push(new URL(request.url).search);
      return Response.json([{ id: NAME, downloads: 7, tags: ["license:mit"] }, { id: 3 }]);
    });
    assertEquals(await searchModels("opus en-fr", { endpoint: hub.endpoint, limit: 5 }), [
      { name: NAME, downloads: 7, license: "mit" },
    ]);
    assert(asked[0]!.includes("search=opus+en-fr&limit=5"), asked[0]);
    assert(asked[0]!.includes("pipeline_tag=translation"), asked[0]);
  }),
);

for (const revision of ["../main", "-x", "a\nb", ""]) {
  Deno.test(`pullModel() refuses the revision ${JSON.stringify(revision)}`, async () => {
    await assertRejects(
      () => pullModel(NAME, { revision, cacheDirectory: "/none" }),
      RangeError,
      "is no revision",
    );
  });
}
