import { assertEquals } from "@std/assert";
import { withFolder } from "../_fixtures_test.ts";
import { findModel } from "./cached_models.ts";
import { type FakeHub, modelFiles, NAME, partOf, startHub } from "./_fake_hub_test.ts";
import { FILES, NAMED, withRegistry } from "./_fake_registry_test.ts";

/** A place to pull from, in one of the two shapes. */
interface Shape {
  readonly name: string;
  readonly hub: FakeHub;
  readonly cache: string;
  /** Where a process that pulls is told of it. */
  readonly env: Record<string, string>;
  /** What the faults of its largest file stand under, and how many bytes are sent of that. */
  readonly largest: { readonly fault: string; readonly path: string; readonly bytes: number };
  /** A file that is whole by then, and known to be by its digest; a registry tells none of small files. */
  readonly kept?: string;
  /** What is to lie in the cache at last. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const huggingFace = (test: (shape: Shape) => Promise<void>) =>
  withFolder(async (cache) => {
    await using hub = await startHub();
    const path = "model.safetensors", all = modelFiles();
    await test({
      name: NAME,
      hub,
      cache,
      env: { HF_ENDPOINT: hub.endpoint },
      largest: { fault: path, path, bytes: all[path]!.length },
      kept: "config.json",
      files: { [path]: all[path]!, "config.json": all["config.json"]! },
    });
  });

const firefox = (test: (shape: Shape) => Promise<void>) =>
  withRegistry(async ({ hub, cache, registry }) => {
    const folder = "models/en-de/tiny", path = `${folder}/${NAMED[1]}.gz`;
    const bytes = await (await fetch(`${hub.endpoint}/${path}`)).bytes();
    hub.asked.length = 0;
    await test({
      name: "firefox:en-de",
      hub,
      cache,
      env: { HEED_FIREFOX_REGISTRY: registry },
      largest: { fault: `/${path}`, path, bytes: bytes.length },
      files: FILES,
    });
  });

/** Starts a process that pulls the model. */
function startPull({ name, cache, env }: Shape): Deno.ChildProcess {
  const module = new URL("./mod.ts", import.meta.url);
  const code = `import { pullModel } from "${module}";
    const onWait = () => console.log("waits");
    console.log((await pullModel("${name}", { onWait, retryMs: 1 })).directory);`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    env: { ...env, HEED_CACHE_DIR: cache, HF_HUB_OFFLINE: "", HF_TOKEN: "" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Bytes of the largest file that is not whole yet. */
function partialBytes(folder: string): number {
  let most = 0;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) most = Math.max(most, partialBytes(path));
    else if (folder.endsWith("/.partial")) most = Math.max(most, Deno.statSync(path).size);
  }
  return most;
}

/** Requests for a file's content. */
function requestsOf({ hub }: Shape, path: string) {
  const asked = hub.asked.filter((one) => one.method === "GET" && one.path === path);
  const onStorage = asked.filter(({ host }) => host === "storage");
  return onStorage.length > 0 ? onStorage : asked;
}

async function assertWhole({ name, cache, files }: Shape): Promise<void> {
  const { directory } = (await findModel(name, { cacheDirectory: cache }))!;
  for (const [path, bytes] of Object.entries(files)) {
    assertEquals(await Deno.readFile(`${directory}/${path}`), bytes);
  }
}

for (const [what, withShape] of Object.entries({ "Hugging Face": huggingFace, firefox })) {
  Deno.test(
    `pullModel() goes on where a process was killed (${what})`,
    withShape(async (shape) => {
      const { hub, cache, largest } = shape;
      const sent = Math.round(0.6 * largest.bytes);
      hub.faults.set(largest.fault, [partOf(0.6, "stall")]);
      const killed = startPull(shape);
      await until(() => partialBytes(cache) === sent);
      killed.kill("SIGKILL");
      await killed.output();
      assertEquals(await findModel(shape.name, { cacheDirectory: cache }), undefined);
      const before = requestsOf(shape, largest.path).length;
      const { code, stderr } = await startPull(shape).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
      await assertWhole(shape);
      const requests = requestsOf(shape, largest.path);
      assertEquals(requests.length, before + 1);
      if (shape.kept === undefined) return;
      assertEquals(requests.at(-1)?.headers.get("range"), `bytes=${sent}-`);
      assertEquals(requestsOf(shape, shape.kept).length, 1);
    }),
  );

  Deno.test(
    `pullModel() of two processes fetches once (${what})`,
    withShape(async (shape) => {
      const { hub, largest } = shape;
      // The first stands still until the second waits for it.
      const gate = Promise.withResolvers<void>();
      hub.faults.set(largest.fault, [(_, bytes) => {
        const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
          async pull(controller) {
            await gate.promise;
            controller.enqueue(bytes);
            controller.close();
          },
        });
        return new Response(body);
      }]);
      const first = startPull(shape);
      await until(() => requestsOf(shape, largest.path).length === 1);
      const second = startPull(shape);
      const reader = second.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertEquals((await reader.read()).value, "waits\n");
      gate.resolve();
      const { code, stdout, stderr } = await first.output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
      const { value } = await reader.read();
      assertEquals(value, new TextDecoder().decode(stdout));
      await reader.cancel();
      await second.stderr.cancel();
      assertEquals((await second.status).code, 0);
      assertEquals(requestsOf(shape, largest.path).length, 1);
      await assertWhole(shape);
    }),
  );
}
