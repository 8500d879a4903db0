import { assert, assertEquals } from "@std/assert";
import { createApp } from "./app.ts";
import { fakeModels } from "./testing/fake_models.ts";

/** What is there for the page and the documentation alone has no description. */
const documented = /^\/(?:v1|v2|embed|translate|detect|languages|health|metrics|spec|docs$)/;

const app = createApp({ models: fakeModels() });
const document = await (await app.request("/spec")).json();

Deno.test("GET /spec describes every route, and none that is not there", () => {
  const routes = app.routes
    .filter(({ method, path }) => method !== "ALL" && documented.test(path))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`)
  );
  const missing = routes.filter((route) => !described.includes(route));
  assertEquals(missing, []);
  const all = app.routes.map(({ method, path }) =>
    `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`
  );
  assertEquals(described.filter((route) => !all.includes(route)), []);
});

Deno.test("GET /spec is OpenAPI 3.1 without loose ends", () => {
  assertEquals(document.openapi, "3.1.0");
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  assert(references.length > 0);
  for (const [, reference] of references) {
    const found = reference.split("/").reduce((at, key) => at?.[key], document);
    assertEquals(typeof found, "object", reference);
  }
  const operations = Object.entries<Record<string, Operation>>(document.paths);
  for (const [path, item] of operations) {
    for (const { summary, tags, responses, parameters = [] } of Object.values(item)) {
      assert(summary && tags?.length === 1, path);
      assert(document.tags.some(({ name }: { name: string }) => name === tags[0]), tags[0]);
      assert(Object.values(responses).every(({ description }) => description), path);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      assertEquals(parameters.filter((one) => one.in === "path").map(({ name }) => name), named);
    }
  }
});

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly responses: Record<string, { description: string }>;
  readonly parameters?: { name: string; in: string }[];
}

Deno.test("GET /docs has all that it needs here", async () => {
  const page = await app.request("/docs");
  const html = await page.text();
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
  assertEquals(files.length, 3);
  for (const file of files) {
    const answer = await app.request(`/${file}`);
    assertEquals(answer.status, 200, file);
    assert((await answer.text()).length > 50, file);
  }
  assert(
    page.headers.get("Content-Security-Policy")!.startsWith(
      "default-src 'none'; script-src 'self'",
    ),
  );
});
