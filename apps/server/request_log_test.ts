import { assert, assertEquals, assertMatch } from "@std/assert";
import { createApp } from "./app.ts";
import type { Models } from "./models.ts";
import { describeError, type RequestLogEntry } from "./request_log.ts";
import { fakeModels } from "./testing/fake_models.ts";

Deno.test("the log has a line for each request, and nothing that a client wrote", async () => {
  const entries: RequestLogEntry[] = [];
  const app = createApp({ models: fakeModels(), onRequest: (entry) => entries.push(entry) });
  const secret = "confidential";
  const body = new URLSearchParams({ q: secret, source: "en", target: "de", api_key: secret });
  const answers = [
    await app.request("/translate", { method: "POST", body }),
    await app.request(`/translate?q=${secret}&source=en&target=${secret}`, { method: "POST" }),
    await app.request(`/${secret}`),
    await app.request(`/v1/jobs/${secret}`, { headers: { "X-Request-Id": "mine" } }),
  ];
  assertEquals(
    entries.map(({ method, route, status }) => [method, route, status]),
    [
      ["POST", "/translate", 200],
      ["POST", "/translate", 400],
      ["GET", "*", 404],
      ["GET", "/v1/jobs/:id", 403],
    ],
  );
  assertEquals(
    entries.map(({ id }) => id),
    answers.map(({ headers }) => headers.get("X-Request-Id")),
  );
  assertEquals(entries[3].id, "mine");
  assert(!JSON.stringify(entries).includes(secret));
});

Deno.test("describeError() says what and where, without what is quoted", () => {
  const text = describeError(
    new RangeError('Cannot fill a gap in "a \\"secret\\" text": it is \'so\''),
  );
  assertMatch(
    text,
    /^RangeError: Cannot fill a gap in "…": it is '…'\n\s+at .*request_log_test\.ts/,
  );
  assertEquals(describeError("a secret text"), "string");
});

Deno.test("an error of the server is told once, and its answer says nothing of it", async () => {
  const failures: [string, string][] = [];
  const models = fakeModels();
  const broken = Object.assign(Object.create(models), {
    translator: () => Promise.reject(new Error("broken inside")),
  }) as Models;
  const app = createApp({
    models: broken,
    onError: (error, { id }) => failures.push([(error as Error).message, id]),
  });
  const body = new URLSearchParams({ q: "a", source: "en", target: "de" });
  const answer = await app.request("/translate", { method: "POST", body });
  assertEquals(answer.status, 500);
  assertEquals(await answer.json(), { error: "Cannot translate text: the server failed" });
  assertEquals(failures, [["broken inside", answer.headers.get("X-Request-Id")!]]);
  // Pages of other sites may read errors, too.
  assertEquals(answer.headers.get("Access-Control-Allow-Origin"), "*");
  assertEquals(answer.headers.get("X-Content-Type-Options"), "nosniff");
});
