import { assert, assertEquals, assertRejects } from "@std/assert";
import { Hono } from "hono";
import { createApp } from "./app.ts";
import type { RequestError } from "./errors.ts";
import { Models, servedModels } from "./models.ts";
import { limitTime } from "./time_limit.ts";
import { fakeModels, type SeenBatch } from "./testing/fake_models.ts";

/** Serves on loopback while `use` runs. */
async function withServer(
  { delay, onBatch }: { delay: number; onBatch?: (batch: SeenBatch) => void },
  use: (address: string) => Promise<void>,
): Promise<void> {
  using models = fakeModels({ delay, onBatch, maxWaiting: 40 });
  const app = createApp({ models, settings: { deadline: 2 } });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

function ask(address: string, q: string | string[], signal?: AbortSignal): Promise<Response> {
  return fetch(`${address}/translate`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ q, source: "en", target: "de" }),
    signal,
  });
}

Deno.test("each of many clients gets its own answer", async () => {
  const sizes: number[] = [];
  const onBatch = ({ rows }: SeenBatch) => sizes.push(rows.length);
  await withServer({ delay: 5, onBatch }, async (address) => {
    const answers = await Promise.all(Array.from({ length: 40 }, async (_, i) => {
      const { translatedText } = await (await ask(address, `text ${i}`)).json();
      return translatedText;
    }));
    assertEquals(answers, Array.from({ length: 40 }, (_, i) => `TEXT ${i}`));
    assert(sizes.length < 40, `${sizes.length} batches for 40 requests`);
  });
});

Deno.test("a client that goes away is not worked for", async () => {
  const batches: SeenBatch[] = [];
  let began = () => {};
  const onBatch = (batch: SeenBatch) => {
    batches.push(batch);
    began();
  };
  await withServer({ delay: 500, onBatch }, async (address) => {
    const end = new AbortController();
    // Deno 2.9.6 tells of clients that go away only where the whole request has less than some 500 bytes.
    const gone = ask(address, Array(40).fill("x"), end.signal);
    began = () => end.abort();
    await assertRejects(() => gone, DOMException);
    const { translatedText } = await (await ask(address, "next")).json();
    assertEquals(translatedText, "NEXT");
    // The first batch was under way, and the two behind it never began.
    assertEquals(batches.map(({ rows }) => rows.length), [16, 1]);
  });
});

Deno.test("a client that leaves a stream is not worked for, before its first sentence and after", async () => {
  for (const leaves of ["before", "after"]) {
    const batches: SeenBatch[] = [];
    let began = () => {};
    const onBatch = (batch: SeenBatch) => {
      batches.push(batch);
      began();
    };
    await withServer({ delay: 500, onBatch }, async (address) => {
      const end = new AbortController();
      const asked = fetch(`${address}/v1/translate/stream`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ text: "No.\n".repeat(40), source: "en", target: "de" }),
        signal: end.signal,
      });
      if (leaves === "before") {
        began = () => end.abort();
        await assertRejects(() => asked, DOMException);
      } else {
        const reader = (await asked).body!.getReader();
        assert(new TextDecoder().decode((await reader.read()).value).startsWith("event: text"));
        end.abort();
        await reader.cancel().catch(() => {});
      }
      const { translatedText } = await (await ask(address, "next")).json();
      assertEquals(translatedText, "NEXT");
      // No sentence of the stream is beside it, though many would wait.
      assertEquals(batches.at(-1)!.rows, ["next"], leaves);
      if (leaves === "before") assertEquals(batches.length, 2);
    });
  }
});

Deno.test("too many sentences are sent away, and what takes too long is given up", async () => {
  await withServer({ delay: 5000 }, async (address) => {
    const busy = await ask(address, Array.from({ length: 100 }, (_, i) => `text ${i}`));
    assertEquals([busy.status, busy.headers.get("Retry-After")], [503, "2"]);
    assertEquals(typeof (await busy.json()).error, "string");
    const late = await ask(address, "text");
    assertEquals(late.status, 504);
    assertEquals(typeof (await late.json()).error, "string");
  });
});

Deno.test("main.ts says where it listens, answers, and ends when it is told to", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("main.ts", import.meta.url).pathname, "--port", "0", "--no-store"],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const address = /^Listening on (http:\/\/127\.0\.0\.1:\d+)\/\n$/.exec(value ?? "")?.[1];
  assert(address, value);
  assertEquals(await (await fetch(`${address}/health`)).json(), { status: "ok" });
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 0);
  await reader.cancel();
});

Deno.test("limitTime() gives up a request whose body does not come", async () => {
  const app = new Hono();
  app.use(limitTime(0.05));
  app.post("/", async (c) => c.text(await c.req.text()));
  app.onError((error, c) => c.text(error.message, (error as RequestError).status));
  const silent = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(1)),
  });
  const answer = await app.request("/", { method: "POST", body: silent });
  assertEquals([answer.status, await answer.text()], [408, "The request did not come in time"]);
  assertEquals((await app.request("/", { method: "POST", body: "a" })).status, 200);
});

Deno.test("main.ts ends what is under way, and does not wait for ever", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", new URL("main.ts", import.meta.url).pathname],
      ...["--port", "0", "--no-store", "--grace", "5"],
    ],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const { port } = new URL(/http:\/\/\S+/.exec(value ?? "")![0]);
  await (await ask(`http://127.0.0.1:${port}`, "Open it.")).body?.cancel(); // the model is there
  // A client that never ends its request.
  using silent = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const head = "POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nq=";
  await silent.write(new TextEncoder().encode(head));
  const answer = ask(`http://127.0.0.1:${port}`, "Open the file.");
  await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGTERM");
  assertEquals(await (await answer).json(), { translatedText: "Öffnen Sie die Datei." });
  assertEquals((await child.status).code, 0);
  const { value: line } = await reader.read();
  const { route, status } = JSON.parse((line ?? "").split("\n")[0]);
  assertEquals([route, status], ["/translate", 200]);
  await reader.cancel();
});

Deno.test("main.ts refuses what it does not understand", async () => {
  for (const args of [["--prot", "1"], ["--port", "x"], ["--char-limit", "many"]]) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("main.ts", import.meta.url).pathname, ...args],
    }).output();
    assertEquals(code, 2, args.join(" "));
    assert(new TextDecoder().decode(stderr).startsWith("heed: Cannot "));
  }
});

Deno.test("a model computes on a thread of its own, so that the server answers meanwhile", async () => {
  const { Worker } = globalThis;
  let started = 0;
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started++;
    }
  };
  try {
    using models = new Models(await servedModels([], { device: "wasm", threads: 1 }));
    const translator = await models.translator({ source: "en", target: "de" }, "a client");
    const [[{ translation }]] = await translator.translate(["Open the file."]);
    assertEquals([translation, started], ["Öffnen Sie die Datei.", 1]);
  } finally {
    globalThis.Worker = Worker;
  }
});

Deno.test("a body of 100 MB is refused before it has come, whether it says its length or not", async () => {
  await withServer({ delay: 0 }, async (address) => {
    const { port } = new URL(address);
    // Neither sends more than is needed to know: nothing waits for the rest.
    const head = "POST /translate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    const answerTo = async (request: string) => {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      await connection.write(new TextEncoder().encode(head + request));
      const buffer = new Uint8Array(64);
      const read = await connection.read(buffer);
      return new TextDecoder().decode(buffer.subarray(0, read ?? 0)).split("\r\n")[0];
    };
    assertEquals(
      await answerTo(`Content-Length: ${100e6}\r\n\r\n{`),
      "HTTP/1.1 413 Payload Too Large",
    );
    const chunk = `${(2 << 20).toString(16)}\r\n${"x".repeat(2 << 20)}\r\n`;
    assertEquals(
      await answerTo(`Transfer-Encoding: chunked\r\n\r\n${chunk}`),
      "HTTP/1.1 413 Payload Too Large",
    );
    assertEquals(await (await ask(address, "next")).json(), { translatedText: "NEXT" });
  });
});
