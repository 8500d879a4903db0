import { decodeLines } from "@heed/checkpoint";
import type { Target } from "./targets.ts";
import type { Finding } from "./try_target.ts";
import type { Told } from "./watched.ts";

/** What one mutation may take. */
export const LIMITS = { seconds: 10, bytes: 2 * 2 ** 30 };

/** What it may take to load the readers and to read the valid files. */
const START_SECONDS = 300;

/** How many mutations were taken and refused, and what was found. */
export interface Result {
  accepted: number;
  refused: number;
  readonly findings: Finding[];
}

/**
 * Tries mutations of a target in a process that is ended when it hangs or takes too much memory; the next process goes
 * on with the next mutation.
 *
 * @param target The target.
 * @param options `seed`, and the mutations `from` up to and without `to`.
 * @returns What became of them.
 */
export async function watch(
  target: Target,
  { seed, from, to }: { seed: number; from: number; to: number },
): Promise<Result> {
  const result: Result = { accepted: 0, refused: 0, findings: [] };
  let next = from;
  // A machine that is busy with other things is slow for once: what hangs does it twice.
  let hung = -1;
  while (next < to) {
    const { index, reason } = await runProcess(target, { seed, from: next, to }, result);
    if (reason === undefined) break;
    if (index === undefined) throw new Error(`Cannot try ${target.name}: ${reason}`);
    const isHang = reason.startsWith("hangs");
    next = isHang && hung !== index ? index : index + 1;
    if (next === index) {
      hung = index;
      continue;
    }
    const key = reason.replace(/\d+/g, "N").slice(0, 90);
    result.findings.push({ index, key, fault: reason, stack: "" });
  }
  return result;
}

/** Runs until the end, or until a mutation has to be given up: which one, and why. */
async function runProcess(
  target: Target,
  { seed, from, to }: { seed: number; from: number; to: number },
  result: Result,
): Promise<{ index?: number; reason?: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--allow-all", "--v8-flags=--max-old-space-size=2048"],
      ...[new URL("watched.ts", import.meta.url).href, target.name, `${seed}`, `${from}`, `${to}`],
    ],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  let index: number | undefined, since = performance.now(), reason: string | undefined;
  const timer = setInterval(() => {
    const seconds = (performance.now() - since) / 1000, bytes = residentBytes(child.pid);
    const most = index === undefined ? START_SECONDS : LIMITS.seconds;
    if (seconds > most) reason = `hangs for ${most} s`;
    if (bytes > LIMITS.bytes) reason = `takes more than ${LIMITS.bytes} bytes of memory`;
    if (reason !== undefined) child.kill("SIGKILL");
  }, 200);
  try {
    for await (const { text } of decodeLines(child.stdout)) {
      const told = JSON.parse(text!) as Told;
      since = performance.now();
      if ("begins" in told) {
        index = told.begins;
        continue;
      }
      told.accepted ? result.accepted++ : result.refused++;
      if (told.finding) result.findings.push(told.finding);
    }
  } finally {
    clearInterval(timer);
  }
  const { success, code } = await child.status;
  const said = (await errors).trim();
  if (success && reason === undefined) return {};
  return { index, reason: reason ?? `ends the process with ${code}: ${said.slice(0, 300)}` };
}

/** Memory that a process has in use; 0 where the system does not say it in Linux's way. */
function residentBytes(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return 1024 * Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
