import { assert, assertEquals } from "@std/assert";
import { selectDevice } from "@heed/nn";

/** How far losses may lie apart: rounding, which training itself makes larger from step to step. */
const TOLERANCE = 2e-4;
const STEPS = 24;

/** Trust in the library found, however fast it is on this machine. */
const library = await installedLibrary();
if (library === undefined) console.log("No BLAS is installed: the tests with one are ignored");

async function installedLibrary(): Promise<string | undefined> {
  const names = ["libopenblas.so.0", "libmkl_rt.so.2", "libblis.so.4", "openblas.dll"];
  for (const blas of names) {
    const device = await selectDevice({ prefer: "wasm", blas });
    if (device.blas) return blas;
  }
}

interface Run {
  readonly blas: string;
  readonly workers: number;
  /** Workers draw other masks than one thread does. */
  readonly dropout: number;
}

function start(output: string, { blas, workers, dropout }: Run): Deno.ChildProcess {
  return runScript("blas_run.ts", {
    args: [output, ...[workers, STEPS, dropout].map(String)],
    blas,
  });
}

function runScript(
  name: string,
  { args, blas }: { readonly args: readonly string[]; readonly blas: string },
): Deno.ChildProcess {
  const script = new URL(`./testing/${name}`, import.meta.url).href;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script, ...args],
    env: { HEED_BLAS: blas },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Waits for the end; what computed the products. */
async function finish(process: Deno.ChildProcess): Promise<string> {
  const { success, stdout } = await process.output();
  assert(success);
  return new TextDecoder().decode(stdout).trim();
}

async function lossesOf(output: string): Promise<number[]> {
  const text = await Deno.readTextFile(`${output}/log.jsonl`).catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      const { event, loss } = JSON.parse(line);
      return event === "step" ? [loss] : [];
    } catch {
      return []; // being written, or cut off by a kill
    }
  });
}

const weightsOf = (output: string) => Deno.readFile(`${output}/model/model.safetensors`);

async function withFolders(count: number, use: (folders: string[]) => Promise<void>) {
  const folders = await Promise.all(Array.from({ length: count }, () => Deno.makeTempDir()));
  try {
    await use(folders);
  } finally {
    await Promise.all(folders.map((folder) => Deno.remove(folder, { recursive: true })));
  }
}

Deno.test({
  name: "training with a BLAS learns what it learns without, on one thread and on two",
  ignore: library === undefined,
  async fn() {
    await withFolders(3, async ([own, one, two]) => {
      const run = async (output: string, blas: string, workers: number) =>
        await finish(start(output, { blas, workers, dropout: 0 }));
      assertEquals(await run(own, "off", 1), "kernels");
      assertEquals(await run(one, library!, 1), library);
      assertEquals(await run(two, library!, 2), library);
      const expected = await lossesOf(own);
      assertEquals(expected.length, STEPS);
      assert(expected.at(-1)! < expected[0] - 0.05, `from ${expected[0]} to ${expected.at(-1)}`);
      for (const folder of [one, two]) {
        const losses = await lossesOf(folder);
        const apart = Math.max(...losses.map((loss, i) => Math.abs(loss - expected[i])));
        assert(apart <= TOLERANCE, `${apart} apart`);
      }
    });
  },
});

for (const workers of [1, 2]) {
  Deno.test({
    name:
      `a run of ${workers} with a BLAS, killed with SIGKILL and resumed, ends as an unbroken one`,
    ignore: library === undefined,
    async fn() {
      const run = { blas: library!, workers, dropout: 0.1 };
      await withFolders(2, async ([unbroken, broken]) => {
        await finish(start(unbroken, run));
        const process = start(broken, run);
        while ((await lossesOf(broken)).length < 7) {
          await new Promise((wait) => setTimeout(wait, 1));
        }
        process.kill("SIGKILL");
        const [{ success }] = await Promise.all([process.status, process.stdout.cancel()]);
        assert(!success, "the run was over before it was killed");
        await finish(start(broken, run));
        assertEquals(await weightsOf(broken), await weightsOf(unbroken));
      });
    },
  });
}

Deno.test({
  name: "threads of a BLAS times workers are no more than the cores",
  ignore: !library?.includes("openblas"),
  async fn() {
    const process = runScript("blas_threads.ts", { args: [library!], blas: library! });
    const cores = navigator.hardwareConcurrency;
    assertEquals(JSON.parse(await finish(process)), {
      reported: cores,
      alone: cores,
      inTeam: Math.max(1, Math.floor(cores / 2)),
    });
  },
});
