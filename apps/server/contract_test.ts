import { assert, assertEquals } from "@std/assert";
import { createApp } from "./app.ts";
import { Models } from "./models.ts";
import type { ServerSettings } from "./settings.ts";
import { fakeModels, fakeParts } from "./testing/fake_models.ts";
import { withTinyModels } from "./testing/tiny_text_models.ts";

function server(settings: Partial<ServerSettings> = {}) {
  return createApp({ models: fakeModels(), settings });
}

const ask = { q: "Open it.", source: "en", target: "de" };
const json = { "Content-Type": "application/json" };

Deno.test("an address ends with a slash or not: a path may begin with two, and end with one", async () => {
  const app = server();
  for (const path of ["/translate", "//translate", "/translate/", "//translate//"]) {
    const answer = await app.request(`http://heed.test${path}`, {
      method: "POST",
      headers: json,
      body: JSON.stringify(ask),
    });
    assertEquals(await answer.json(), { translatedText: "OPEN IT." }, path);
  }
  assertEquals((await app.request("//languages")).status, 200);
  assertEquals((await app.request("/")).status, 200);
});

Deno.test("languages have the names that LibreTranslate's clients give them, in any case", async () => {
  const pair = { source: "en", target: "de" };
  const targets = ["zh-Hans", "zh-Hant", "pt-BR", "no"];
  const models = new Models(
    targets.map((target) => ({
      pairs: [{ ...pair, target }, { source: target, target: "en" }],
      load: () => Promise.resolve(fakeParts()),
    })),
  );
  const app = createApp({ models });
  const names = ["zh", "ZH", "zt", "Zt", "pb", "PB", "zh-hans", "ZH_Hant", "pt-br", "nb", "en-GB"];
  for (const target of names) {
    for (const [source, into] of [["en", target], [target, "en"]]) {
      const body = new URLSearchParams({ q: "a", source, target: into });
      const answer = await app.request("/translate", { method: "POST", body });
      assertEquals(answer.status, 200, `${source} ${into} ${await answer.text()}`);
    }
  }
  const body = new URLSearchParams({ q: "a", source: "en", target: "xx" });
  const refused = await app.request("/translate", { method: "POST", body });
  assertEquals([refused.status, await refused.json()], [400, { error: "xx is not supported" }]);
});

Deno.test("X-Forwarded-For says who asks only where that is trusted", async () => {
  const statuses = async (trustForwardedFor: boolean) => {
    const app = server({ trustForwardedFor, requestsPerMinute: 1 });
    const found: number[] = [];
    for (const address of ["10.0.0.1", "10.0.0.2", "10.0.0.1, 10.9.9.9"]) {
      const headers = { "X-Forwarded-For": address };
      const body = new URLSearchParams(ask);
      found.push((await app.request("/translate", { method: "POST", headers, body })).status);
    }
    return found;
  };
  assertEquals(await statuses(true), [200, 200, 429]);
  assertEquals(await statuses(false), [200, 429, 429]);
});

Deno.test("a list costs as many requests as it has texts, and who tries keys is slowed down", async () => {
  const app = server({ requestsPerMinute: 5 });
  const post = async (q: string[]) => {
    const body = JSON.stringify({ ...ask, q });
    const answer = await app.request("/translate", { method: "POST", headers: json, body });
    return [answer.status, (await answer.json()).error];
  };
  assertEquals(await post(["a", "b", "c"]), [200, undefined]);
  assertEquals(await post(["a", "b", "c"]), [429, "Slowdown: 5 requests per 1 minute"]);
  const keyed = server({ requestsPerMinute: 2, apiKeys: ["secret"] });
  const statuses: number[] = [];
  for (const key of ["a", "b", "c", "secret"]) {
    const headers = { Authorization: `Bearer ${key}` };
    statuses.push((await keyed.request("/v2/usage", { headers })).status);
  }
  assertEquals(statuses, [403, 403, 429, 200]);
});

Deno.test("a path with another method is 405, and says which it has", async () => {
  const app = server();
  for (
    const [path, method, allow] of [
      ["/translate", "GET", "POST"],
      ["/languages", "POST", "GET, HEAD"],
      ["/v1/translate", "PUT", "POST"],
      ["/v2/usage", "DELETE", "GET, HEAD"],
    ]
  ) {
    const answer = await app.request(path, { method });
    assertEquals([answer.status, answer.headers.get("Allow")], [405, allow], path);
    assertEquals((await answer.json()).error, `${method} is not allowed here`);
  }
  const unknown = await app.request("/v1/embeddings", {
    method: "POST",
    headers: json,
    body: "{}",
  });
  assertEquals([unknown.status, await unknown.json()], [404, { error: "Not found" }]);
});

Deno.test("no body makes a server fail: what is wrong is 400, with JSON that says so", () =>
  withTinyModels(async (textModels) => {
    const failures: unknown[] = [];
    const app = createApp({
      models: fakeModels(),
      textModels,
      onError: (error) => failures.push(error),
    });
    const paths = [
      ...new Set(app.routes.filter(({ method }) => method === "POST").map(({ path }) => path)),
    ]
      .filter((path) => !path.includes(":") && !path.includes("file"));
    assert(paths.length >= 10);
    const bodies = [
      "",
      " ",
      "{",
      "[]",
      "[{}]",
      "null",
      "5",
      '"text"',
      "{}",
      "\0",
      "\ufeff{}",
      "[".repeat(5000),
      '{"q":{}}',
      '{"q":[[]],"source":[],"target":{}}',
      '{"__proto__":{"q":"a"}}',
      '{"text":null,"texts":null,"input":{},"inputs":[],"prompt":{}}',
      JSON.stringify({ ...ask, q: "\ud800", alternatives: 1e300 }),
      JSON.stringify({ texts: ["a"], target: "__proto__", source: "constructor" }),
    ];
    const types = [
      undefined,
      "application/json",
      "application/json; charset=latin1",
      "text/plain",
      "a",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/octet-stream",
      "multipart/form-data; boundary=x",
    ];
    for (const path of paths) {
      for (const type of types) {
        for (const body of bodies) {
          const headers = type === undefined ? undefined : { "Content-Type": type };
          const answer = await app.request(path, {
            method: "POST",
            headers,
            body: new TextEncoder().encode(body),
          });
          const text = await answer.text();
          const told = `${path} ${type} ${body.slice(0, 60)}: ${answer.status} ${
            text.slice(0, 200)
          }`;
          // A text may be written of nothing, and detected whatever else is asked.
          const isFine = path === "/v1/completions" || path === "/detect" && body.includes("ud800");
          const isOff = path === "/suggest" || path === "/v1/jobs"; // without a store
          const expected = [400, isFine ? 200 : 400, isOff ? 403 : 400];
          assert(expected.includes(answer.status), told);
          if (answer.status === 400) assertEquals(typeof JSON.parse(text).error, "string", told);
        }
      }
    }
    assertEquals(failures, []);
  }));
