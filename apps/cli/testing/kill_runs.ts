import { randomWord } from "@heed/nn";
import type { KilledCommand } from "./kill_commands.ts";

/** Signals that a command is sent. */
export const killSignals = ["SIGINT", "SIGTERM", "SIGKILL"] as const;
type KillSignal = typeof killSignals[number];

/** What a shell gets of a command that a signal ended. */
const CODES: Readonly<Record<KillSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGKILL: 137 };

/** How {@linkcode killCommand} draws its moments. */
export interface KillOptions {
  /** Of the moments. */
  readonly seed: number;
  /** Moments for each signal. */
  readonly moments: number;
}

/** What became of a command that was killed again and again. */
export interface KillReport {
  readonly name: string;
  /** How long it takes when nothing disturbs it. */
  readonly milliseconds: number;
  /** Runs that a signal ended. */
  readonly killed: number;
  /** Runs that ended before the signal came. */
  readonly finished: number;
  /** Outputs that were as before after a kill, and whole new ones. */
  readonly older: number;
  readonly whole: number;
  /** What should not be, with signal and moment. */
  readonly problems: readonly string[];
}

/** Files of a folder by their path in it. */
type Snapshot = ReadonlyMap<string, Uint8Array>;

const main = new URL("../main.ts", import.meta.url).pathname;
/** Names of what a killed command may leave behind. */
const LEFT = /\.part$|\.partial(?:\/|$)|(?:^|\/)\.heed-lock\.json$/;

/**
 * Kills a command at moments that are drawn within its run time, each time in what the runs before left, and runs it
 * to its end at last.
 */
export async function killCommand(
  command: KilledCommand,
  { seed, moments }: KillOptions,
): Promise<KillReport> {
  const { name, startsOnce = false } = command;
  const folder = await Deno.makeTempDir({ prefix: "heed-kill-" });
  const problems: string[] = [];
  let killed = 0, finished = 0, older = 0, whole = 0;
  try {
    await command.setUp(folder);
    const started = performance.now();
    const { code, errors } = await start(command, folder).ended;
    if (code !== 0) throw new Error(`heed ${name} fails when nothing disturbs it: ${errors}`);
    const milliseconds = performance.now() - started;
    const expected = await snapshot(folder);
    await empty(folder);

    const normalize = (bytes: Uint8Array) =>
      (command.normalize ?? String)(new TextDecoder("latin1").decode(bytes));
    const isExpected = (path: string, bytes: Uint8Array) =>
      normalize(bytes) === normalize(expected.get(path)!);
    for (const [kind, signal] of killSignals.entries()) {
      for (let moment = 0; moment < moments; moment++) {
        const share = randomWord(seed, kind * 1000 + moment) / 2 ** 32;
        const label = `${signal} at ${(100 * share).toFixed(0)}%`;
        if (startsOnce) await empty(folder);
        await command.setUp(folder);
        const before = await snapshot(folder);
        const run = start(command, folder);
        const timer = setTimeout(run.kill, share * milliseconds, signal);
        const { code, errors } = await run.ended;
        clearTimeout(timer);
        const isFinished = code === 0;
        if (isFinished) finished++;
        else if (code === CODES[signal]) killed++;
        else problems.push(`${label}: exit code ${code}: ${errors.trim().split("\n").at(-1)}`);
        inspect(await snapshot(folder), {
          before,
          isFinished,
          label,
          isGentle: signal !== "SIGKILL",
        });
        if (isFinished) await empty(folder);
      }
    }
    if (startsOnce) await empty(folder);
    await command.setUp(folder);
    const last = await start(command, folder).ended;
    if (last.code !== 0) problems.push(`the run afterwards ends with ${last.code}: ${last.errors}`);
    const after = await snapshot(folder);
    inspect(after, { before: new Map(), isFinished: true, label: "afterwards", isGentle: false });
    return { name, milliseconds, killed, finished, older, whole, problems };

    function inspect(
      after: Snapshot,
      { before, isFinished, label, isGentle }: {
        before: Snapshot;
        isFinished: boolean;
        label: string;
        isGentle: boolean;
      },
    ): void {
      const outputs = new Set(command.outputs);
      for (const [path, bytes] of before) {
        if (outputs.has(path) || path === "stdout" || path.startsWith("run/")) continue;
        if (LEFT.test(path)) continue;
        const now = after.get(path);
        if (now === undefined || !equal(now, bytes)) problems.push(`${label}: ${path} has changed`);
      }
      for (const path of outputs) {
        const now = after.get(path), old = before.get(path);
        if (now !== undefined && isExpected(path, now)) whole++;
        else if (!isFinished && (now === undefined ? old === undefined : equal(now, old))) older++;
        else {problems.push(
            `${label}: ${path} is ${now === undefined ? "lost" : "neither old nor whole"}`,
          );}
      }
      const out = after.get("stdout")!;
      const text = normalize(out), complete = normalize(expected.get("stdout")!);
      if (text !== "" && !text.endsWith("\n")) problems.push(`${label}: stdout has half a line`);
      if (isFinished ? text !== complete : !complete.startsWith(text)) {
        problems.push(`${label}: stdout differs from that of a whole run`);
      }
      for (const path of after.keys()) {
        if (expected.has(path) || before.has(path) || path.startsWith("run/checkpoints/")) continue;
        const mayStay = LEFT.test(path) && (!isGentle || path.endsWith(".part"));
        if (!mayStay) problems.push(`${label}: ${path} is left behind`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts a command as a shell does, with standard output in a file. */
function start(
  { args, stdin = "/dev/null" }: KilledCommand,
  folder: string,
): {
  kill(signal: KillSignal): void;
  readonly ended: Promise<{ code: number; errors: string }>;
} {
  const child = new Deno.Command("sh", {
    args: [
      ...[
        "-c",
        'deno="$1" main="$2" stdin="$3"; shift 3; exec "$deno" run --no-prompt --quiet --cached-only -A "$main" "$@" < "$stdin" > stdout',
      ],
      ...["sh", Deno.execPath(), main, stdin, ...args],
    ],
    cwd: folder,
    env: { HEED_BLAS: "off", NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  return {
    kill(signal) {
      try {
        child.kill(signal);
      } catch {
        // It has ended.
      }
    },
    ended: child.status.then(async ({ code }) => ({ code, errors: await errors })),
  };
}

async function snapshot(folder: string, under = ""): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${under}`)) {
    const path = under + name;
    if (isDirectory) {
      for (const [inner, bytes] of await snapshot(folder, `${path}/`)) found.set(inner, bytes);
    } else {
      found.set(path, await Deno.readFile(`${folder}/${path}`));
    }
  }
  return found;
}

async function empty(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    await Deno.remove(`${folder}/${name}`, { recursive: true });
  }
}

function equal(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
