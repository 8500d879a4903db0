import { assertEquals } from "@std/assert";
import { withFolder } from "../_fixtures_test.ts";
import { listModels } from "./cached_models.ts";
import {
  COMMIT,
  entries,
  type FakeHub,
  modelFiles,
  NAME,
  NEEDED,
  startHub,
} from "./_fake_hub_test.ts";
import { pullModel, type PullOptions } from "./pull_model.ts";

/** Folder of the model in the cache. */
export const FOLDER = `hub/huggingface/Helsinki-NLP--opus-mt-en-fr`;
/** The largest file. */
export const WEIGHTS = "model.safetensors";

/** A hub and an empty cache. */
export interface Bench {
  readonly hub: FakeHub;
  readonly cache: string;
  pull(options?: PullOptions): ReturnType<typeof pullModel>;
}

/** Runs a test with a hub and an empty cache. */
export function withHub(
  test: (bench: Bench) => Promise<void>,
  options: Parameters<typeof startHub>[0] = {},
): () => Promise<void> {
  return withFolder(async (cache) => {
    await using hub = await startHub(options);
    const pull = (more: PullOptions = {}) =>
      pullModel(NAME, {
        cacheDirectory: cache,
        endpoint: hub.endpoint,
        retryMs: 1,
        retries: 2,
        idleMs: 5000,
        ...more,
      });
    await test({ hub, cache, pull });
  });
}

/** The cache holds the model whole and nothing else. */
export async function assertWhole(cache: string): Promise<void> {
  const inside = NEEDED.map((path) => `${FOLDER}/${COMMIT}/${path}`);
  assertEquals(
    entries(cache),
    [`${FOLDER}/${COMMIT}/.heed-hub.json`, ...inside, `${FOLDER}/revisions.json`].sort(),
  );
  for (const path of NEEDED) {
    assertEquals(await Deno.readFile(`${cache}/${FOLDER}/${COMMIT}/${path}`), modelFiles()[path]);
  }
  assertEquals((await listModels({ cacheDirectory: cache })).map(({ name }) => name), [NAME]);
}

/** Nothing in the cache passes for a file of a model but those that are whole. */
export async function assertClean(cache: string): Promise<void> {
  assertEquals(await listModels({ cacheDirectory: cache }), []);
  const named = entries(cache).filter((path) =>
    NEEDED.some((name) => path.endsWith(`/${COMMIT}/${name}`))
  );
  for (const path of named) {
    const name = path.split(`/${COMMIT}/`)[1]!;
    assertEquals(await Deno.readFile(`${cache}/${path}`), modelFiles()[name]);
  }
}
