/**
 * Publishes the workspace into a registry on loopback and uses it from there as a stranger would:
 * in an empty folder, with an empty module cache, with the permissions that the documentation
 * names.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import workspace from "../../deno.json" with { type: "json" };
import golden from "../../testdata/translation/golden.json" with { type: "json" };
import { type Registry, startRegistry } from "./server.ts";

/** A sentence that the shipped model translates alike everywhere. */
const [{ source, beam: { translation } }] = golden.rows;

const ROOT = new URL("../../", import.meta.url);

const RESOLVE = `
import { openWeights, resolveModel } from "jsr:@heed/checkpoint";
import { assets } from "jsr:@heed/model-en-de";

let fetched = 0;
const directory = await resolveModel(assets, { onProgress: (p) => { fetched = p.fetchedBytes; } });
const weights = await openWeights(directory);
console.log(JSON.stringify({
  base: assets.base.href,
  directory: String(directory),
  fetched,
  shape: weights.info("model.shared.weight").shape,
}));
`;

const SQUARE = `
import { startSquarer } from "jsr:@fixture/worker";

const squarer = await startSquarer({ worker: Deno.args[0] !== "--same-thread" });
console.log(squarer.place, await squarer.square(7));
squarer.close();
`;

const TRAIN = `
import { createModel, defaultSeq2SeqConfig } from "jsr:@heed/seq2seq";
import { startTrainingWorkers } from "jsr:@heed/seq2seq/layers";

const config = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
using model = await createModel(config, { seed: 1, device: "wasm" });
using workers = await startTrainingWorkers(model, { workers: 2 });
workers.begin({});
await workers.shareWeights();
const batch = { inputIds: [[1, 0], [2, 3, 0]], labels: [[4, 0], [5, 6, 0]] };
const { tokens } = await workers.step([batch], { step: 1, learningRate: 1e-3, seed: 1 });
console.log(workers.workers, "workers", tokens, "tokens");
`;

/** What `resolveModel` asks for to find its cache. */
const CACHE_VARIABLES = "HEED_CACHE_DIR,XDG_CACHE_HOME,LOCALAPPDATA,HOME";

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** A stranger's machine: folders of its own, and the registry for JSR. */
class Stranger {
  readonly cache: string;
  constructor(readonly folder: string, readonly registry: Registry) {
    this.cache = `${folder}/heed-cache`;
  }

  /** Runs Deno; only what `--lock` could write is forbidden, everything else is as for a user. */
  async deno(args: string[], options: { cwd?: string; cache?: string } = {}): Promise<Result> {
    const command = new Deno.Command(Deno.execPath(), {
      args,
      cwd: options.cwd ?? `${this.folder}/project`,
      env: {
        DENO_DIR: `${this.folder}/deno`,
        DENO_NO_PROMPT: "1",
        DENO_NO_UPDATE_CHECK: "1",
        HEED_CACHE_DIR: options.cache ?? this.cache,
        JSR_URL: this.registry.url,
        NO_COLOR: "1",
      },
      stdin: "null",
    });
    const { code, stdout, stderr } = await command.output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout).trim(), stderr: text.decode(stderr) };
  }

  /** Runs the `heed` command from the registry with exactly the permissions that README.md names. */
  heed(...args: string[]): Promise<Result> {
    return this.deno([
      "run",
      "--no-lock",
      "--allow-read",
      `--allow-write=${this.cache}`,
      `--allow-net=${new URL(this.registry.url).host}`,
      `--allow-env=HEED_DEVICE,HEED_SIMD,${CACHE_VARIABLES}`,
      "jsr:@heed/cli",
      ...args,
    ]);
  }

  /** Runs `resolve.ts` with exactly the permissions that `resolveModel` documents. */
  resolve(cache = this.cache): Promise<Result> {
    return this.deno([
      "run",
      "--no-lock",
      `--allow-net=${new URL(this.registry.url).host}`,
      `--allow-env=${CACHE_VARIABLES}`,
      `--allow-read=${cache}`,
      `--allow-write=${cache}`,
      "resolve.ts",
    ], { cache });
  }
}

/** Where this machine keeps npm packages: shared, because nothing here is about them. */
async function npmCache(): Promise<string> {
  const info = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" });
  const path = JSON.parse(new TextDecoder().decode((await info.output()).stdout)).npmCache;
  await Deno.mkdir(path, { recursive: true });
  return path;
}

async function modelFiles(cache: string): Promise<string[]> {
  const names: string[] = [];
  const version = JSON.parse(
    await Deno.readTextFile(new URL("packages/model-en-de/deno.json", ROOT)),
  ).version;
  for await (const entry of Deno.readDir(`${cache}/models/en-de/${version}`)) {
    names.push(entry.name);
  }
  return names.sort();
}

/** Members of the workspace, from its patterns. */
async function members(): Promise<string[]> {
  const names: string[] = [];
  for (const pattern of workspace.workspace) {
    const folder = new URL(pattern.replace(/\*$/, ""), ROOT);
    for await (const entry of Deno.readDir(folder)) {
      const manifest = await Deno.readTextFile(new URL(`${entry.name}/deno.json`, folder));
      const { name, version } = JSON.parse(manifest);
      if (name !== undefined) names.push(`${name}@${version}`); // apps/experiments is not published
    }
  }
  return names.sort();
}

Deno.test("packages published to a registry reach their data and workers, also offline", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "heed-registry-" });
  const registry = startRegistry();
  const stranger = new Stranger(folder, registry);
  let open = true;
  try {
    await Deno.mkdir(`${folder}/deno`);
    await Deno.symlink(await npmCache(), `${folder}/deno/npm`);
    await Deno.mkdir(`${folder}/project`);
    await Deno.writeTextFile(`${folder}/project/resolve.ts`, RESOLVE);
    await Deno.writeTextFile(`${folder}/project/square.ts`, SQUARE);
    await Deno.writeTextFile(`${folder}/project/train.ts`, TRAIN);
    // The standard library is not published from here, but published modules may import it.
    for (const link of workspace.links) await registry.addDirectory(new URL(link, ROOT));

    await t.step("the whole workspace can be published", async () => {
      const known = registry.packages();
      const { code, stderr } = await stranger.deno(
        [
          "publish",
          "--token=dummy",
          "--no-provenance",
          "--allow-dirty",
          "--no-check",
          "--no-lock",
        ],
        { cwd: decodeURIComponent(ROOT.pathname) },
      );
      assertEquals(code, 0, stderr);
      assertEquals(
        registry.packages().filter((name) => !known.includes(name)).sort(),
        await members(),
      );
    });

    await t.step("a package with a worker can be published", async () => {
      const source = new URL("fixture_worker/", import.meta.url);
      const target = `${folder}/fixture_worker`;
      await Deno.mkdir(target);
      for await (const { name } of Deno.readDir(source)) {
        await Deno.copyFile(new URL(name, source), `${target}/${name}`);
      }
      const { code, stderr } = await stranger.deno(
        ["publish", "--token=dummy", "--no-provenance", "--allow-dirty", "--no-check", "--no-lock"],
        { cwd: target },
      );
      assertEquals(code, 0, stderr);
    });

    await t.step("assets are fetched beside the module, by two programs at once", async () => {
      const results = await Promise.all([stranger.resolve(), stranger.resolve()]);
      for (const { code, stdout, stderr } of results) {
        assertEquals(code, 0, stderr);
        const { base, directory, shape } = JSON.parse(stdout);
        assert(base.startsWith(`${registry.url}@heed/model-en-de/`), base);
        assert(directory.startsWith(`${stranger.cache}/models/en-de/`), directory);
        assertEquals(shape, [8112, 256]);
      }
      assertEquals(await modelFiles(stranger.cache), [
        ".heed-assets.json",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "shortlist.safetensors",
        "source.spm",
        "target.spm",
        "tokenizer_config.json",
        "vocab.json",
      ]);
    });

    await t.step("a second run asks the registry for no data", async () => {
      const before = registry.requests.length;
      const { code, stdout, stderr } = await stranger.resolve();
      assertEquals(code, 0, stderr);
      assertEquals(JSON.parse(stdout).fetched, 0);
      assertEquals(registry.requests.slice(before).filter((line) => line.includes("/model/")), []);
    });

    await t.step("the heed command translates, straight from the registry", async () => {
      const { code, stdout, stderr } = await stranger.heed(
        ...["translate", "--from", "en", "--to", "de", "--device", "wasm"],
        source,
      );
      assertEquals([code, stdout], [0, translation], stderr);
    });

    await t.step("a truncated file is fetched again, and no other", async () => {
      const { directory } = JSON.parse((await stranger.resolve()).stdout);
      await Deno.truncate(`${directory}/vocab.json`, 1000);
      const before = registry.requests.length;
      const { code, stderr } = await stranger.resolve();
      assertEquals(code, 0, stderr);
      const asked = registry.requests.slice(before).filter((line) => line.includes("/model/"));
      assertEquals(asked.map((line) => line.split("/").at(-1)), ["vocab.json"]);
    });

    await t.step("a worker's modules are collected without starting it", async () => {
      const { code, stderr } = await stranger.deno(["cache", "--no-lock", "square.ts", "train.ts"]);
      assertEquals(code, 0, stderr);
      const asked = registry.requests.filter((line) => line.includes("/@fixture/worker/1.0.0/"));
      assertEquals(asked.map((line) => line.split("/").at(-1)).sort(), [
        "mod.ts",
        "power.ts",
        "worker.ts",
      ]);
    });

    await registry.close();
    open = false;

    await t.step("the heed command translates offline", async () => {
      const { code, stdout, stderr } = await stranger.heed(
        ...["translate", "--from", "en", "--to", "de", "--device", "wasm"],
        source,
      );
      assertEquals([code, stdout], [0, translation], stderr);
    });

    await t.step("the model loads offline", async () => {
      const { code, stdout, stderr } = await stranger.resolve();
      assertEquals(code, 0, stderr);
      assertEquals(JSON.parse(stdout).fetched, 0);
    });

    await t.step(
      "the worker starts offline, for the first time, without a permission",
      async () => {
        const run = await stranger.deno(["run", "--no-lock", "--cached-only", "square.ts"]);
        assertEquals([run.code, run.stdout], [0, "worker 49"], run.stderr);
        const same = await stranger.deno(["run", "--no-lock", "square.ts", "--same-thread"]);
        assertEquals([same.code, same.stdout], [0, "same thread 49"], same.stderr);
      },
    );

    await t.step(
      "workers train offline, for the first time, with a replica of another package",
      async () => {
        // The permission is that of the WASM files of tfjs.
        const args = ["run", "--no-lock", "--cached-only", "--allow-read", "train.ts"];
        const { code, stdout, stderr } = await stranger.deno(args);
        assertEquals([code, stdout], [0, "2 workers 5 tokens"], stderr);
      },
    );

    await t.step("without data and network the error says what to do", async () => {
      const { code, stderr } = await stranger.resolve(`${folder}/empty-cache`);
      assertEquals(code, 1);
      assertStringIncludes(stderr, "Cannot fetch config.json of model en-de");
      assertStringIncludes(stderr, `into ${folder}/empty-cache/models/en-de/`);
      assertStringIncludes(stderr, `run again with a connection to ${new URL(registry.url).host}`);
    });
  } finally {
    if (open) await registry.close();
    await Deno.remove(folder, { recursive: true });
  }
});
