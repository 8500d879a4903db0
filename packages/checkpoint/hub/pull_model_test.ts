import { assert, assertEquals, assertRejects } from "@std/assert";
import type { FetchProgress } from "../resolve_model.ts";
import { findModel, listModels, removeModel } from "./cached_models.ts";
import {
  COMMIT,
  entries,
  loginPage,
  modelFiles,
  NAME,
  NEEDED,
  partOf,
  refusal,
} from "./_fake_hub_test.ts";
import { assertClean, assertWhole, FOLDER, WEIGHTS, withHub } from "./_hub_bench_test.ts";
import { describeModel, pullModel } from "./pull_model.ts";
import { searchModels } from "./search_models.ts";

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
