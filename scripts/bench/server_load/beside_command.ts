import { send } from "./load_client.ts";
import type { LoadText } from "./load_texts.ts";
import { quantile, Tally } from "./tally.ts";

/** Lines of a request, and requests under way at once. */
const atOnce = 64, lanes = 4;
const rounds = 3;

/** How {@linkcode besideCommand} measures. */
export interface BesideCommandOptions {
  /** The server. */
  readonly address: string;
  /** How many lines. */
  readonly lines: number;
  /** Directory of the model. */
  readonly model: string;
  readonly threads: number | undefined;
}

/**
 * Translates the same lines by the server and by `heed translate`, in turn.
 *
 * @param texts What the lines are taken from.
 * @param options How many, and by what.
 * @returns The median round of the server, and the command's median words per second, without its start.
 */
export async function besideCommand(
  texts: readonly LoadText[],
  { address, lines: count, ...how }: BesideCommandOptions,
): Promise<{ tally: Tally; command: number; isSame: boolean }> {
  const lines = Array.from({ length: count }, (_, i) => texts[i % texts.length]);
  const words = lines.reduce((sum, { words }) => sum + words, 0);
  const tallies: Tally[] = [], commands: number[] = [];
  let isSame = true;
  for (let round = 0; round < rounds; round++) {
    tallies.push(await byServer(lines, address));
    const start = await byCommand(lines.slice(0, 1), how);
    const whole = await byCommand(lines, how);
    commands.push(words / (whole.seconds - start.seconds));
    isSame &&= whole.isRight;
  }
  tallies.sort((a, b) => a.wordsPerSecond - b.wordsPerSecond);
  return { tally: tallies[rounds >> 1], command: quantile(commands, 0.5), isSame };
}

async function byServer(lines: readonly LoadText[], address: string): Promise<Tally> {
  const tally = new Tally();
  let next = 0;
  const lane = async () => {
    while (next < lines.length) {
      const from = next;
      next += atOnce;
      await send(lines.slice(from, next), { address, name: "10.3.0.0", tally });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return tally.end();
}

async function byCommand(
  lines: readonly LoadText[],
  { model, threads }: Pick<BesideCommandOptions, "model" | "threads">,
): Promise<{ seconds: number; isRight: boolean }> {
  const folder = await Deno.makeTempDir({ prefix: "heed_load_" });
  try {
    const [input, output] = [`${folder}/lines.txt`, `${folder}/out.txt`];
    await Deno.writeTextFile(input, lines.map(({ text }) => `${text}\n`).join(""));
    const begun = performance.now();
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--allow-all", "--no-check", "apps/cli/main.ts", "translate"],
        ...["--model", model, "--input", input, "--output", output],
        ...(threads === undefined ? [] : ["--threads", String(threads)]),
      ],
      cwd: new URL("../../../", import.meta.url).pathname,
    }).output();
    const seconds = (performance.now() - begun) / 1000;
    if (!success) throw new Error(`heed translate failed: ${new TextDecoder().decode(stderr)}`);
    const expected = lines.map(({ expected }) => `${expected}\n`).join("");
    return { seconds, isRight: await Deno.readTextFile(output) === expected };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
