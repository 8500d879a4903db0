/**
 * The server under load on this machine: the real program with the model that comes with Heed, and many clients with
 * short and long texts. Every answer is compared with the translation that the package gives.
 *
 *     deno run --allow-all scripts/bench/server_load.ts [--seconds 120] [--clients 16] [--threads N] [--write]
 *
 * Measures batching against one text at a time, how long short texts take beside long ones, memory, what happens to
 * those who are too many, and words a second beside `heed translate` on the same lines. `--seconds`: of all together,
 * about; the longer, the more memory has to grow. Linux, for the memory. Prints a table; `--write` writes it as the
 * section `load` of BENCHMARKS.md. Exits with 1 when an answer is lost or wrong, or a goal is missed.
 */
import { parseArgs } from "@std/cli";
import { type Running, startServer } from "../server/processes.ts";
import { describeMachine, writeSection } from "./report.ts";
import { besideCommand } from "./server_load/beside_command.ts";
import { keepAsking } from "./server_load/load_client.ts";
import { loadTexts } from "./server_load/load_texts.ts";
import { MemoryWatch } from "./server_load/memory.ts";
import { overload } from "./server_load/overload.ts";
import { percentiles, quantile, type Tally } from "./server_load/tally.ts";

const args = parseArgs(Deno.args, {
  string: ["seconds", "clients", "threads"],
  boolean: ["write"],
  default: { seconds: "120", clients: "16" },
});
const [seconds, clients] = [Number(args.seconds), Number(args.clients)];
const threads = args.threads === undefined ? undefined : Number(args.threads);
const model = new URL("../../packages/model-en-de/model", import.meta.url).pathname;
/** Clients of short texts, and of long ones, that ask beside each other. */
const shortClients = 8, longClients = 2;

/** A row of the table: what was measured, what came of it, and whether that is as it should be. */
interface Finding {
  readonly what: string;
  readonly result: string;
  readonly goal?: string;
  readonly isMet?: boolean;
}

const findings: Finding[] = [];
const tallies: Tally[] = [];
const counted = (tally: Tally): Tally => {
  tallies.push(tally);
  return tally;
};
const megabytes = (count: number) => count.toFixed(0);

/** Starts a server as its users do, with a store of its own. */
async function start(more: readonly string[] = []): Promise<Running & { address: string }> {
  return await startServer([
    ...["--model", model, "--store", await Deno.makeTempDir({ prefix: "heed_load_" })],
    ...["--trust-forwarded-for", "--deadline", "600"],
    ...(threads === undefined ? [] : ["--threads", String(threads)]),
    ...more,
  ]);
}

const { short, long } = await loadTexts(model, { threads });
await using server = await start();
const { address } = server;
// The model is loaded, and its code compiled.
counted(await keepAsking(short, { address, clients, seconds: seconds / 20 }));

// What batching gains.
const one = counted(await keepAsking(short, { address, clients: 1, seconds: seconds / 12 }));
const many = counted(await keepAsking(short, { address, clients, seconds: seconds / 12 }));
const speed = (tally: Tally) =>
  `${tally.rate.toFixed(1)} texts/s, ${tally.wordsPerSecond.toFixed(0)} words/s`;
findings.push({ what: "Short texts, 1 client, one by one", result: speed(one) }, {
  what: `Short texts, ${clients} clients at once`,
  result: `${speed(many)}: ${(many.rate / one.rate).toFixed(2)} times as many`,
  goal: "more than one by one",
  isMet: many.rate > one.rate,
});

// How long short texts take beside long ones, and memory.
const alone = counted(
  await keepAsking(short, { address, clients: shortClients, seconds: seconds / 12 }),
);
/** Clients of short texts and clients of long ones, at once. */
const mixed = async (seconds: number, name?: string): Promise<[Tally, Tally]> => {
  const how = { address, seconds, name };
  const both = await Promise.all([
    keepAsking(short, { ...how, clients: shortClients }),
    keepAsking(long, { ...how, clients: longClients, name: name ?? "10.1.0.0" }),
  ]);
  both.forEach(counted);
  return both;
};
let memory;
let beside: [Tally, Tally];
{
  using watch = new MemoryWatch(server.pid, { every: Math.min(1000, seconds * 5) });
  beside = await mixed(seconds / 3);
  memory = watch.memory;
}
const [fast, slow] = beside;
const [sameFast, sameSlow] = await mixed(seconds / 12, "10.2.0.0");
const latencies = (of: string, { milliseconds }: Tally) => ({
  what: `${of}, ms: p50 / p95 / p99`,
  result: percentiles(milliseconds),
});
/** Short texts get past long ones. */
const pastLong = (fast: Tally, slow: Tally) => ({
  goal: "p95 below a long text's p50",
  isMet: quantile(fast.milliseconds, 0.95) < quantile(slow.milliseconds, 0.5),
});
findings.push(
  latencies(`Short texts of ${shortClients} clients, nobody else`, alone),
  {
    ...latencies(`Short texts beside long ones of ${longClients} other clients`, fast),
    ...pastLong(fast, slow),
  },
  latencies("The long ones", slow),
  {
    ...latencies("Short texts beside long ones from the same address", sameFast),
    ...pastLong(sameFast, sameSlow),
  },
  latencies("The long ones", sameSlow),
);
const requests = fast.milliseconds.length + slow.milliseconds.length;
findings.push({
  what: `Memory over ${requests} requests, MB: first fifth / middle / last / most`,
  result: [memory.start, memory.middle, memory.end, memory.most].map(megabytes).join(" / "),
  goal: "the last within 5 % of the middle",
  isMet: memory.end < 1.05 * memory.middle,
});

// More than the queue takes.
{
  await using small = await start(["--max-waiting", "64"]);
  const { tally, isWell } = await overload(short, {
    address: small.address,
    seconds: seconds / 12,
  });
  counted(tally);
  findings.push({
    what: "More than the queue takes: answered, sent away (503)",
    result: `${tally.milliseconds.length}, ${tally.refusals.length}`,
    goal: "some of both, and well afterwards",
    isMet: tally.milliseconds.length > 0 && tally.refusals.length > 0 && isWell,
  }, {
    what: "Sent away after ms: p50 / p95 / p99",
    result: percentiles(tally.refusals),
    goal: "p50 below half of the p50 of those answered; all with Retry-After",
    isMet: tally.withoutRetryAfter === 0 &&
      quantile(tally.refusals, 0.5) < quantile(tally.milliseconds, 0.5) / 2,
  });
}

// Beside the command.
const lines = Math.max(2 * short.length, Math.round(many.rate * seconds / 12));
const { tally: whole, command, isSame } = await besideCommand(short, {
  address,
  lines,
  threads,
  model,
});
counted(whole);
findings.push({
  what: `Words/s over ${lines} lines: server / \`heed translate\``,
  result: `${whole.wordsPerSecond.toFixed(0)} / ${command.toFixed(0)} = ${
    (whole.wordsPerSecond / command).toFixed(2)
  }`,
  goal: "at least 0.9, and the command says the same",
  isMet: isSame && whole.wordsPerSecond >= 0.9 * command,
});

const sum = (of: (tally: Tally) => number) => tallies.reduce((sum, tally) => sum + of(tally), 0);
const [wrong, failures] = [sum(({ wrong }) => wrong), sum(({ failures }) => failures.length)];
findings.push({
  what: "Answers compared: all, wrong, lost",
  result: `${sum(({ milliseconds }) => milliseconds.length)}, ${wrong}, ${failures}`,
  goal: "none wrong, none lost",
  isMet: wrong === 0 && failures === 0,
});
for (const failure of new Set(tallies.flatMap(({ failures }) => failures))) console.error(failure);

const body = `
## The server under load

\`scripts/bench/server_load.ts --seconds ${seconds}\`: \`apps/server/main.ts\` with \`model-en-de\` on loopback, its store and
log on. Short texts are one sentence, long ones 60; the clients run on the same machine. \`heed translate\` is given its
start for free: the time of one line is taken off.

${await describeMachine()}.

| Measured | Result | Goal | Met |
| --- | --- | --- | --- |
${
  findings.map(({ what, result, goal = "", isMet }) =>
    `| ${what} | ${result} | ${goal} | ${isMet === undefined ? "" : isMet ? "yes" : "no"} |`
  ).join("\n")
}
`;
console.log(body);
if (args.write) await writeSection("load", body);
if (findings.some(({ isMet }) => isMet === false)) Deno.exitCode = 1;
