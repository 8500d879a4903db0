import { assert, assertEquals } from "@std/assert";
import { randomWord } from "@heed/nn";

const script = new URL("./testing/toy_run.ts", import.meta.url);

/** Of the moments of the kills, which each run draws alike: change it to try others. */
const SEED = 11;
/** The first step after which a run may be killed, for each kill; runs have 60 steps. */
const KILLS: Readonly<Record<number, readonly number[]>> = { 1: [0, 30], 2: [14] };
/** Steps among which a moment is drawn. */
const SPAN = 25;

function start(output: string, workers: number): Deno.ChildProcess {
  const args = ["run", "--quiet", "-A", script.href, output, String(workers)];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
}

async function finish(process: Deno.ChildProcess): Promise<string> {
  const { stdout } = await process.output();
  return new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
}

async function linesOf(output: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(`${output}/log.jsonl`).catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return []; // being written, or cut off by the kill
    }
  });
}

async function lastStep(output: string): Promise<number> {
  return Number((await linesOf(output)).findLast(({ event }) => event === "step")?.step ?? 0);
}

/** Steps and evaluations without what depends on the clock. */
async function courseOf(output: string): Promise<unknown[]> {
  return (await linesOf(output))
    .filter(({ event }) => event === "step" || event === "evaluation" || event === "epoch")
    .map(({ seconds: _, tokensPerSecond: __, ...rest }) => rest);
}

for (const workers of [1, 2]) {
  const targets = KILLS[workers].map((from, i) =>
    from + 1 + randomWord(SEED, 2 * i + workers) % SPAN
  );
  Deno.test(`a run of ${workers} killed with SIGKILL and resumed ends with the weights of an unbroken one`, async () => {
    const unbroken = await Deno.makeTempDir(), broken = await Deno.makeTempDir();
    assertEquals(await finish(start(unbroken, workers)), "finished");
    const killedAt: number[] = [];
    console.log(`    seed ${SEED}: kills after steps ${targets.join(", ")}`);
    for (const target of targets) {
      const process = start(broken, workers);
      while (await lastStep(broken) < target) await new Promise((wait) => setTimeout(wait, 1));
      process.kill("SIGKILL");
      const [{ success }] = await Promise.all([process.status, process.stdout.cancel()]);
      assert(!success, "the run was over before it was killed");
      killedAt.push(await lastStep(broken));
    }
    assertEquals(await finish(start(broken, workers)), "finished");
    const note = `killed after steps ${killedAt.join(", ")}`;
    assertEquals(await courseOf(broken), await courseOf(unbroken), note);
    assertEquals(
      await Deno.readFile(`${broken}/model/model.safetensors`),
      await Deno.readFile(`${unbroken}/model/model.safetensors`),
      note,
    );
    for (const output of [unbroken, broken]) await Deno.remove(output, { recursive: true });
  });
}
