import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createApp } from "./app.ts";
import { Jobs } from "./jobs/jobs.ts";
import { workOff } from "./jobs/piece_worker.ts";
import { TranslationService } from "./service.ts";
import { defaultSettings } from "./settings.ts";
import { openStore } from "./store/store.ts";
import { fakeModels } from "./testing/fake_models.ts";

function form(values: Readonly<Record<string, string | File>>): RequestInit {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  return { method: "POST", body };
}

const letter = new File(["Hello.\r\nGood bye.\n"], "my letter.v2.TXT");
const asked = { source: "en", target: "de" };

Deno.test("files and suggestions", async (t) => {
  const store = await openStore({});
  const jobs = await Jobs.start(store);
  using models = fakeModels();
  await workOff(jobs, new TranslationService(models));
  const settings = { suggestions: true, bodyLimit: 2000, fileLimit: 5000, charLimit: 100 };
  const app = createApp({ models, store, jobs, settings });
  const json = async (path: string, init?: RequestInit) => {
    const answer = await app.request(path, init);
    return { status: answer.status, body: await answer.json() };
  };

  await t.step("POST /translate_file answers with the address of the translated file", async () => {
    const { status, body } = await json("/translate_file", form({ ...asked, file: letter }));
    assertEquals(status, 200);
    const address = new URL(body.translatedFileUrl);
    assertEquals(address.origin, "http://localhost");
    assert(/^\/download_file\/[0-9a-f-]{36}\.my%20letter\.v2_de\.TXT$/.test(address.pathname));
    const answer = await app.request(address.pathname);
    assertEquals(await answer.text(), "HELLO.\r\nGOOD BYE.\n");
    assertEquals(answer.headers.get("Content-Type"), "text/plain; charset=utf-8");
    assertStringIncludes(
      answer.headers.get("Content-Disposition")!,
      "attachment; filename=\"my_letter.v2_de.TXT\"; filename*=UTF-8''my%20letter.v2_de.TXT",
    );
  });

  await t.step("POST /translate_file says what is wrong with a request", async () => {
    const cases: [Record<string, string | File>, number, string][] = [
      [asked, 400, "Invalid request: missing file parameter"],
      [{ ...asked, file: "text" }, 400, "Invalid request: missing file parameter"],
      [{ target: "de", file: letter }, 400, "Invalid request: missing source parameter"],
      [{ source: "en", file: letter }, 400, "Invalid request: missing target parameter"],
      [
        { ...asked, file: new File(["a"], "a.exe") },
        400,
        "Invalid request: file format not supported",
      ],
      [{ ...asked, source: "zz", file: letter }, 400, "zz is not supported"],
      [{ ...asked, file: new File(["a".repeat(5001)], "a.txt") }, 413, "Request is larger than"],
      [
        { ...asked, file: new File([new Uint8Array([0xc3])], "a.txt") },
        400,
        "Cannot read the document",
      ],
    ];
    for (const [values, expected, message] of cases) {
      const { status, body } = await json("/translate_file", form(values));
      assertEquals(status, expected, message);
      assertStringIncludes(body.error, message);
    }
  });

  await t.step("GET /download_file/:name knows only results", async () => {
    for (const name of ["x", "..%2f..%2fetc%2fpasswd", crypto.randomUUID(), "%00"]) {
      assertEquals((await json(`/download_file/${name}`)).status, 404);
    }
  });

  await t.step("/v1/jobs takes files and texts, tells of them, and gives the result", async () => {
    const text = "One.\nTwo.\n".repeat(60);
    const posted = await app.request("/v1/jobs", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...asked, text, name: "corpus.txt" }),
    });
    const path = posted.headers.get("Location")!;
    const { id, state, total } = await posted.json();
    assertEquals([posted.status, path, total], [202, `/v1/jobs/${id}`, 120]);
    assert(["queued", "running", "done"].includes(state));
    const events = await (await app.request(`${path}/events`)).text();
    const done = events.matchAll(/^data: (.*)$/gm).map(([, data]) => JSON.parse(data).done);
    const seen = [...done];
    assertEquals(seen, seen.toSorted((a, b) => a - b));
    assert(/event: done\ndata: .*"done":120.*\n\n$/.test(events), events);
    const { body } = await json(path);
    assertEquals([body.state, body.result, body.error], ["done", `${path}/result`, null]);
    assertEquals(await (await app.request(body.result)).text(), text.toUpperCase());
    assertEquals((await json("/v1/jobs", form({ ...asked, file: letter }))).status, 202);
    assertEquals((await json("/v1/jobs", form({ ...asked }))).status, 400);
    assertEquals((await json("/v1/jobs/none")).status, 404);
    assertEquals((await json("/v1/jobs/none/events")).status, 404);
  });

  await t.step("DELETE /v1/jobs/:id cancels; there is no result then", async () => {
    const { id } = await jobs.records.add(store.database, {
      fileName: "a.txt",
      format: "txt",
      ...asked,
      bytes: new Uint8Array([97]),
    }); // handed to no worker
    const { body } = await json(`/v1/jobs/${id}`, { method: "DELETE" });
    assertEquals(body.state, "cancelled");
    const { status, body: refusal } = await json(`/v1/jobs/${id}/result`);
    assertEquals([status, refusal.error], [404, "There is no result: it is cancelled"]);
  });

  await t.step("POST /suggest keeps suggestions", async () => {
    const suggestion = { q: "Hello", s: "Hallo", ...asked };
    assertEquals((await json("/suggest", form(suggestion))).body, { success: true });
    const { body } = await json(`/suggest?${new URLSearchParams({ ...suggestion, s: "" })}`, {
      method: "POST",
    });
    assertEquals(body, { error: "Invalid request: missing s parameter" });
    const long = await json("/suggest", form({ ...suggestion, s: "a".repeat(101) }));
    assertEquals(long.status, 400);
    assertEquals([...await store.suggestions.list()], [
      { text: "Hello", suggestion: "Hallo", ...asked },
    ]);
  });

  await t.step("GET /frontend/settings says what is on offer", async () => {
    const { body } = await json("/frontend/settings");
    assertEquals([body.filesTranslation, body.suggestions], [true, true]);
    assert(body.supportedFilesFormat.includes(".txt"));
  });

  await t.step("keys of the store let clients in", async () => {
    const key = await store.keys.add("a client");
    const text = { ...asked, q: "Hello" };
    assertEquals((await json("/translate", form(text))).status, 400);
    assertEquals((await json("/translate", form({ ...text, api_key: "guessed" }))).status, 403);
    assertEquals((await json("/translate", form({ ...text, api_key: key }))).status, 200);
    assertEquals((await json("/translate_file", form({ ...asked, file: letter }))).status, 400);
    assertEquals((await json("/frontend/settings")).body.keyRequired, true);
    await store.keys.remove("a client");
  });

  await t.step("who waits is told when the server shuts down", async () => {
    const { id } = await jobs.records.add(store.database, {
      fileName: "a.txt",
      format: "txt",
      ...asked,
      bytes: new Uint8Array([97]),
    });
    const waiting = await app.request(`/v1/jobs/${id}/events`);
    await jobs.stop();
    const events = await waiting.text();
    assert(
      events.endsWith('event: error\ndata: {"error":"The server is shutting down"}\n\n'),
      events,
    );
  });
  await store.close();
});

Deno.test("a server that keeps nothing says so", async () => {
  using models = fakeModels();
  const app = createApp({ models, settings: { ...defaultSettings, suggestions: true } });
  for (
    const [path, method, status] of [
      ["/translate_file", "POST", 403],
      ["/download_file/a", "GET", 400],
      ["/v1/jobs", "POST", 403],
      ["/v1/jobs/a", "GET", 403],
      ["/suggest", "POST", 403],
    ] as const
  ) {
    const answer = await app.request(path, { method });
    assertEquals(
      [answer.status, /disabled/.test((await answer.json()).error)],
      [status, true],
      path,
    );
  }
});
