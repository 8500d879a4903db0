import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { files } from "../files.ts";
import {
  COMMIT,
  damaged,
  entries,
  type FakeHub,
  loginPage,
  NAME,
  NEEDED,
  partOf,
  refusal,
} from "./_fake_hub_test.ts";
import { assertClean, assertWhole, FOLDER, WEIGHTS, withHub } from "./_hub_bench_test.ts";
import type { PullOptions } from "./pull_model.ts";

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
