import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { withFolder } from "../_fixtures_test.ts";
import { files } from "../files.ts";
import { findModel } from "./cached_models.ts";
import {
  answer,
  entries,
  type FakeHub,
  type Fault,
  partOf,
  sha256,
  startHub,
} from "./_fake_hub_test.ts";
import {
  FILES,
  gzip,
  MODEL,
  NAMED,
  type RegistryBench,
  serve,
  withRegistry,
} from "./_fake_registry_test.ts";
import { pullModel, type PullOptions } from "./pull_model.ts";
import { searchModels } from "./search_models.ts";

/** A zstd file as the format allows without compression (RFC 8878): raw blocks, or bytes that repeat. */
function zstd(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  for (let start = 0; start < bytes.length; start += 100_000) {
    const part = bytes.slice(start, start + 100_000);
    const isLast = start + part.length === bytes.length;
    blocks.push(blockHeader(part.length, { type: 0, isLast }), part);
  }
  // A window of 128 KiB, and neither size nor checksum.
  return concat([new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38]), ...blocks]);
}

function blockHeader(size: number, { type, isLast }: { type: number; isLast: boolean }) {
  const value = size << 3 | type << 1 | Number(isLast);
  return new Uint8Array([value & 255, value >> 8 & 255, value >> 16]);
}

function concat(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

Deno.test(
  "pullModel() fetches a model of Firefox's registry, unpacked",
  withRegistry(async ({ hub, cache, registry, pull }) => {
    const model = await pull();
    assertEquals(model.name, "firefox:en-de");
    assertEquals(model.version, `tiny-${(await sha256(MODEL)).slice(0, 12)}`);
    assertEquals(model.source, registry);
    assertEquals(entries(model.directory), [".heed-hub.json", ...NAMED]);
    for (const [name, bytes] of Object.entries(FILES)) {
      assertEquals(await Deno.readFile(`${model.directory}/${name}`), bytes);
      assertEquals(model.files.find(({ path }) => path === name)?.sha256, await sha256(bytes));
    }
    hub.asked.length = 0;
    assertEquals(await pull(), model);
    assertEquals(hub.asked.length, 1);
    assertEquals(await findModel("firefox:en-de", { cacheDirectory: cache }), model);
    // In a folder, and by the architecture.
    const nightly = await pull({ registry: hub.endpoint, revision: "base" });
    assertEquals(nightly.version.slice(0, 5), "base-");
  }),
);

Deno.test(
  "pullModel() finds files of a registry damaged, and keeps nothing of them",
  withRegistry(async ({ hub, cache, pull }) => {
    const path = `/models/en-de/tiny/${NAMED[1]}.gz`;
    const cases: [fault: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>, string][] = [
      [(bytes) => bytes.map((byte, i) => i === 9000 ? byte ^ 1 : byte), "not the file expected"],
      [(bytes) => bytes.slice(0, 9000), "damaged and cannot be unpacked"],
    ];
    for (const [change, message] of cases) {
      hub.faults.set(path, [(_, bytes) => new Response(change(bytes))]);
      const error = await assertRejects(() => pull(), Error);
      assertStringIncludes(error.message, NAMED[1]!);
      assertStringIncludes(error.message, message);
      assertEquals(await findModel("firefox:en-de", { cacheDirectory: cache }), undefined);
    }
    const bomb = await gzip(new Uint8Array(MODEL.length + 1));
    hub.faults.set(path, [() => new Response(bomb)]);
    await assertRejects(() => pull(), Error, "more than the 300000 bytes expected");
    const other = await gzip(MODEL.map((byte) => byte ^ 1));
    hub.faults.set(path, [() => new Response(other)]);
    await assertRejects(() => pull(), Error, "SHA-256");
    // Without a digest, the format's own checksum tells.
    const lex = `/models/en-de/tiny/${NAMED[0]}.gz`;
    hub.faults.set(lex, [(_, bytes) => new Response(bytes.map((b, i) => i === 12 ? b ^ 64 : b))]);
    await assertRejects(() => pull(), Error, "not the file expected");
    hub.faults.set(lex, [partOf(0.5, "break")]);
    await pull();
  }),
);

Deno.test(
  "pullModel() goes on with a file without a digest only if the server says it is the same",
  withRegistry(async ({ hub, pull }) => {
    const path = `/models/en-de/tiny/${NAMED[0]}.gz`;
    const asked: unknown[] = [];
    const cut: Fault = (request, bytes) => {
      const response = partOf(0.5, "break")(request, bytes);
      response.headers.set("etag", '"first"');
      return response;
    };
    const same: Fault = (request, bytes) => {
      const half = `bytes=${Math.round(bytes.length * 0.5)}-`;
      asked.push(request.headers.get("range") === half, request.headers.get("if-range"));
      return answer(request, bytes, "first");
    };
    hub.faults.set(path, [cut, same]);
    const { directory } = await pull();
    assertEquals(asked, [true, '"first"']);
    // The server has another one now, and sends it whole.
    await Deno.remove(`${directory}/${NAMED[0]}`);
    hub.faults.set(path, [cut, (request, bytes) => answer(request, bytes, "second")]);
    await pull();
    assertEquals(hub.faults.get(path), []);
  }),
);

Deno.test(
  "pullModel() takes what a server has unpacked already",
  withRegistry(async ({ hub, pull }) => {
    const path = `/models/en-de/tiny/${NAMED[1]}.gz`;
    hub.faults.set(path, [() => new Response(MODEL)]);
    await pull();
  }),
);

Deno.test(
  "pullModel() refuses a registry that leads elsewhere",
  withRegistry(async ({ hub, cache, json, pull }) => {
    const files = json.models["en-de"]![1]!.files as Record<string, { path: string }>;
    const paths = [
      "https://example.org/vocab.spm",
      "../vocab.spm",
      "vocab/..%2fx",
      "%2e%2e/vocab.x",
    ];
    const registry = `${hub.endpoint}/deep/db/models.json`;
    hub.pages.set("/deep/db/models.json", () => Response.json(json));
    for (const path of [...paths, "models/.heed-hub.json", "models/vocab%00.spm"]) {
      files.vocab!.path = path;
      await assertRejects(() => pull({ registry }), Error, "the registry names");
    }
    assertEquals(entries(cache), []);
  }),
);

Deno.test(
  "pullModel() says what a registry lacks, and that one is needed",
  withRegistry(async ({ hub, json, pull, cache }) => {
    await assertRejects(() => pull({ revision: "huge" }), TypeError, "as base, tiny, not huge");
    delete json.models["en-de"];
    await assertRejects(() => pull(), TypeError, "has no model of these languages");
    await assertRejects(
      () => pull({ registry: "example.org" }),
      RangeError,
      "HEED_FIREFOX_REGISTRY",
    );
    await assertRejects(
      () => pull({ registry: `${hub.endpoint}/none.json` }),
      Error,
      "the registry answered 404",
    );
    // Not in the process's own environment, which tests that run beside this one share.
    const { environment } = files;
    files.environment = (name) => name === "HEED_FIREFOX_REGISTRY" ? undefined : environment(name);
    try {
      const pulling = pullModel("firefox:en-de", { cacheDirectory: cache });
      await assertRejects(() => pulling, Error, "Mozilla's own hosting is for Firefox");
    } finally {
      files.environment = environment;
    }
  }),
);

Deno.test(
  "searchModels() names models of the registry first",
  withRegistry(async ({ hub, registry }) => {
    hub.pages.set("/api/models", () => Response.json([]));
    const options = { endpoint: hub.endpoint, registry };
    assertEquals(await searchModels("en de", options), [
      { name: "firefox:en-de", detail: "base, Nightly" },
      { name: "firefox:en-de", detail: "tiny, Release" },
    ]);
    assertEquals(await searchModels("fr", options), []);
  }),
);

/** Runs a test with Remote Settings: a record for each file, and attachments on another host. */
function withRecords(
  test: (bench: Pick<RegistryBench, "hub" | "pull"> & { storage: FakeHub }) => Promise<void>,
): () => Promise<void> {
  return withFolder(async (cache) => {
    await using hub = await startHub({ files: {} });
    await using storage = await startHub({ files: {} });
    const data: Record<string, unknown>[] = [];
    for (const version of ["2.1", "10.0"]) {
      for (const [name, bytes] of Object.entries(FILES)) {
        const packed = zstd(bytes);
        const location = `main/v${version}/${name}.zst`;
        serve(storage, `/base/${location}`, packed);
        data.push({
          ...{ name, version, architecture: "tiny", fileType: name.split(".")[0] },
          ...{ sourceLanguage: "en", targetLanguage: "de", filter_expression: "" },
          decompressedSize: bytes.length,
          decompressedHash: await sha256(bytes),
          attachment: { location, size: packed.length, hash: await sha256(packed) },
        });
      }
    }
    data.push({ ...data[0], fileType: "qualityModel", attachment: { location: "../../x" } });
    const records = "/v1/buckets/main/collections/translations-models-v2/records";
    hub.pages.set(records, () => Response.json({ data }));
    const base_url = `${storage.endpoint}/base/`;
    hub.pages.set(
      "/v1/",
      () => Response.json({ capabilities: { attachments: { base_url } } }),
    );
    const registry = `${hub.endpoint}${records}`;
    const pull = (options: PullOptions = {}) =>
      pullModel("firefox:en-de", {
        cacheDirectory: cache,
        registry,
        retries: 1,
        retryMs: 1,
        ...options,
      });
    await test({ hub, storage, pull });
  });
}

Deno.test(
  "pullModel() fetches the newest model of Remote Settings, unpacked from zstd",
  withRecords(async ({ storage, pull }) => {
    const { directory } = await pull({ token: "hf_secret" });
    for (const [name, bytes] of Object.entries(FILES)) {
      assertEquals(await Deno.readFile(`${directory}/${name}`), bytes);
    }
    assertEquals(storage.asked.length, 3);
    for (const { path, headers } of storage.asked) {
      assertEquals(path.startsWith("base/main/v10.0/"), true, path);
      assertEquals(headers.get("authorization"), null);
    }
    await pull({ revision: "2.1" });
  }),
);

Deno.test(
  "pullModel() checks a file before it unpacks it",
  withRecords(async ({ storage, pull }) => {
    storage.faults.set(`/base/main/v10.0/${NAMED[1]}.zst`, [
      (_, bytes) => new Response(bytes.map((byte, i) => i === 2000 ? byte ^ 1 : byte)),
    ]);
    await assertRejects(() => pull(), Error, "it has the SHA-256");
    await pull();
  }),
);
