import { assertEquals, assertStringIncludes } from "@std/assert";
import { Translator } from "@heed/translation";
import { run } from "./program.ts";
import { fakeHost } from "./testing/fake_host.ts";

const model = new URL("../../testdata/bergamot/shared/", import.meta.url);
const KEYS = {
  model: "model.ende.intgemm.alphas.bin",
  lexicalShortlist: "lex.4.5.ende.s2t.bin",
  vocab: "vocab.ende.spm",
};

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

Deno.test("heed translate --model firefox:en-de fetches, checks and runs a model of a registry", async () => {
  const folder = await Deno.makeTempDir();
  const files: Record<string, unknown> = {};
  const packed = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [key, name] of Object.entries(KEYS)) {
    const bytes = await Deno.readFile(new URL(name, model));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    const path = `models/en-de/tiny/${name}.gz`;
    packed.set(`/${path}`, await gzip(bytes));
    files[key] = { path, uncompressedSize: bytes.length, uncompressedHash: digest };
  }
  const entry = {
    architecture: "tiny",
    releaseStatus: "Release",
    sourceLanguage: "en",
    targetLanguage: "de",
    files,
  };
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    if (pathname === "/models.json") return Response.json({ models: { "en-de": [entry] } });
    const bytes = packed.get(pathname);
    return bytes ? new Response(bytes) : new Response("none", { status: 404 });
  });
  const environment = {
    HEED_CACHE_DIR: `${folder}/cache`,
    HEED_FIREFOX_REGISTRY: `http://127.0.0.1:${server.addr.port}/models.json`,
    HEED_DEVICE: "wasm",
  };
  const text = "a small model reads a text";
  const heed = async (...args: string[]) => {
    const host = fakeHost({ environment });
    host.loadTranslator = (directory, options) => Translator.load(directory, options);
    const exitCode = await run(["translate", "--model", "firefox:en-de", ...args, text], host);
    return { exitCode, out: host.out(), errors: host.errors() };
  };
  try {
    const refused = await heed();
    assertEquals([refused.exitCode, asked], [2, []]);
    assertStringIncludes(refused.errors, "add --yes to fetch it");
    using translator = await Translator.load(model, { device: "wasm", threads: 1 });
    const [[{ translation }]] = await translator.translate([text]);
    const expected = { exitCode: 0, out: `${translation}\n`, errors: "" };
    const options = ["--device", "wasm"];
    assertEquals(await heed("--yes", "--from", "en", "--to", "de", ...options), expected);
    assertEquals(asked.length, 4);
    assertEquals(await heed(...options), expected);
    assertEquals(asked.length, 4); // what is in the cache is not asked for again
    const wrong = await heed("--to", "fr");
    assertEquals(wrong.exitCode, 2);
    assertStringIncludes(wrong.errors, "on offer is en to de");
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
});
