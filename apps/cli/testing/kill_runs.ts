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
  /** Moments for each signal; one is drawn in each of so many equal parts of the time. */
  readonly moments: number;
  /** Share of the run time before which there is none; 0 by default. */
  readonly from?: number;
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

/** What is counted while a command is killed. */
type Tally =
  & { -readonly [key in keyof Omit<KillReport, "name" | "milliseconds">]: KillReport[key] }
  & {
    readonly problems: string[];
  };

/**
 * Kills a command at moments that are drawn within its run time, each time in what the runs before left, and runs it
 * to its end at last.
 */
export async function killCommand(
  command: KilledCommand,
  { seed, moments, from = 0 }: KillOptions,
): Promise<KillReport> {
  const { name, startsOnce = false } = command;
  const folder = await Deno.makeTempDir({ prefix: "heed-kill-" });
  const tally: Tally = { killed: 0, finished: 0, older: 0, whole: 0, problems: [] };
  try {
    await command.setUp(folder);
    const started = performance.now();
    const { code, errors } = await start(command, folder).ended;
    if (code !== 0) throw new Error(`heed ${name} fails when nothing disturbs it: ${errors}`);
    const milliseconds = performance.now() - started;
    const expected = await snapshot(folder);
    await empty(folder);

    for (const [kind, signal] of killSignals.entries()) {
      for (let moment = 0; moment < moments; moment++) {
        const drawn = (moment + randomWord(seed, kind * 1000 + moment) / 2 ** 32) / moments;
        const share = from + (1 - from) * drawn;
        const label = `${signal} at ${(100 * share).toFixed(0)}%`;
        if (startsOnce) await empty(folder);
        await command.setUp(folder);
        const before = await snapshot(folder);
        const run = start(command, folder);
        const timer = setTimeout(run.kill, share * milliseconds, signal);
        const { code, errors } = await run.ended;
        clearTimeout(timer);
        const isFinished = code === 0;
        if (isFinished) tally.finished++;
        else if (code === CODES[signal]) tally.killed++;
        else {tally.problems.push(
            `${label}: exit code ${code}: ${errors.trim().split("\n").at(-1)}`,
          );}
        const isGentle = signal !== "SIGKILL";
        const state = { before, after: await snapshot(folder), expected };
        inspect(state, { command, tally, isFinished, isGentle, label });
        if (isFinished) await empty(folder);
      }
    }
    if (startsOnce) await empty(folder);
    await command.setUp(folder);
    const before = await snapshot(folder);
    const last = await start(command, folder).ended;
    const label = "the run afterwards";
    if (last.code !== 0) tally.problems.push(`${label}: exit code ${last.code}: ${last.errors}`);
    const state = { before, after: await snapshot(folder), expected };
    inspect(state, { command, tally, isFinished: true, isGentle: false, label });
    return { name, milliseconds, ...tally };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The files before a run, after it, and after one that nothing disturbed. */
interface State {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly expected: Snapshot;
}

/** Looks at what a run left. */
function inspect(
  { before, after, expected }: State,
  { command, tally, isFinished, isGentle, label }: {
    command: KilledCommand;
    tally: Tally;
    isFinished: boolean;
    /** Whether the command could tidy up. */
    isGentle: boolean;
    label: string;
  },
): void {
  const outputs = new Set(command.outputs);
  const problem = (text: string) => void tally.problems.push(`${label}: ${text}`);
  const normalize = (bytes: Uint8Array) =>
    (command.normalize ?? String)(new TextDecoder("latin1").decode(bytes));
  for (const [path, bytes] of before) {
    const isOwn = outputs.has(path) || path === "stdout" || path.startsWith("run/");
    if (isOwn || LEFT.test(path)) continue;
    if (!equal(bytes, after.get(path))) problem(`${path} has changed`);
  }
  for (const path of outputs) {
    const now = after.get(path), old = before.get(path);
    const isOld = now === undefined ? old === undefined : equal(now, old);
    if (now !== undefined && normalize(now) === normalize(expected.get(path)!)) tally.whole++;
    else if (!isFinished && isOld) tally.older++;
    else problem(`${path} is ${now === undefined ? "lost" : "neither old nor whole"}`);
  }
  const text = normalize(after.get("stdout") ?? new Uint8Array()),
    whole = normalize(expected.get("stdout")!);
  if (text !== "" && !text.endsWith("\n")) problem("standard output has half a line");
  if (isFinished ? text !== whole : !whole.startsWith(text)) {
    problem("standard output differs from that of a whole run");
  }
  for (const path of after.keys()) {
    if (expected.has(path) || before.has(path) || path.startsWith("run/checkpoints/")) continue;
    const mayStay = LEFT.test(path) && (!isGentle || path.endsWith(".part"));
    if (!mayStay) problem(`${path} is left behind`);
  }
}

/** Becomes the command, so that the signal is the command's. */
const SCRIPT = 'deno="$1" main="$2" stdin="$3"; shift 3; ' +
  'exec "$deno" run --no-prompt --quiet --cached-only -A "$main" "$@" < "$stdin" > stdout';

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
      ...["-c", SCRIPT],
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
