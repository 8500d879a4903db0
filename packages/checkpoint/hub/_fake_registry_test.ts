import { withFolder } from "../_fixtures_test.ts";
import { type FakeHub, sha256, startHub, utf8 } from "./_fake_hub_test.ts";
import { pullModel, type PullOptions } from "./pull_model.ts";

export const MODEL = Uint8Array.from(
  { length: 300_000 },
  (_, i) => Math.imul(i ^ i >> 7, 2654435761) >>> 24,
);
export const FILES = {
  "model.ende.intgemm.alphas.bin": MODEL,
  "lex.50.50.ende.s2t.bin": new Uint8Array(5000).fill(3),
  "vocab.ende.spm": utf8("pieces"),
};
/** What of the model lies in the cache. */
export const NAMED = Object.keys(FILES).sort();

/** Packs a file as the registry does. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** A registry and an empty cache. */
export interface RegistryBench {
  readonly hub: FakeHub;
  readonly cache: string;
  readonly registry: string;
  /** `models.json`; tests change it. */
  readonly json: { models: Record<string, Record<string, unknown>[]>; baseUrl: string };
  pull(options?: PullOptions): ReturnType<typeof pullModel>;
}

const KEYS: Record<string, string> = { model: "model", lex: "lexicalShortlist", vocab: "vocab" };

/** Runs a test with a registry in the shape of `models.json`, and an empty cache. */
export function withRegistry(test: (bench: RegistryBench) => Promise<void>): () => Promise<void> {
  return withFolder(async (cache) => {
    await using hub = await startHub({ files: {} });
    const files: Record<string, unknown> = {};
    for (const [name, bytes] of Object.entries(FILES)) {
      const path = `models/en-de/tiny/${name}.gz`;
      await serve(hub, `/${path}`, await gzip(bytes));
      // As in Mozilla's own registry, only the model has a length and a digest.
      const known = bytes === MODEL
        ? { uncompressedSize: bytes.length, uncompressedHash: await sha256(bytes) }
        : {};
      files[KEYS[name.split(".")[0]!]!] = { path, ...known };
    }
    const entry = { sourceLanguage: "en", targetLanguage: "de", files };
    const json = {
      baseUrl: "https://elsewhere.invalid/",
      models: {
        "en-de": [
          { ...entry, architecture: "base", releaseStatus: "Nightly" },
          { ...entry, architecture: "tiny", releaseStatus: "Release" },
        ],
      },
    };
    hub.pages.set("/db/models.json", () => Response.json(json));
    hub.pages.set("/models.json", () => new Response("none", { status: 404 }));
    const registry = `${hub.endpoint}/db/models.json`;
    const pull = (options: PullOptions = {}) =>
      pullModel("firefox:en-de", {
        cacheDirectory: cache,
        registry,
        retries: 1,
        retryMs: 1,
        ...options,
      });
    await test({ hub, cache, registry, json, pull });
  });
}

/** Serves a file, with the faults of its path. */
export function serve(hub: FakeHub, path: string, bytes: Uint8Array<ArrayBuffer>): void {
  hub.pages.set(path, (request) => {
    const fault = hub.faults.get(path)?.shift();
    if (fault !== undefined) return fault(request, bytes);
    return new Response(bytes, { headers: { "content-type": "application/octet-stream" } });
  });
}
