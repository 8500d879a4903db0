/**
 * How much faster two workers translate a file than one: `heed worker` on one thread each, sharing the file by a
 * PostgreSQL server that this starts. The results must be the same.
 *
 *     deno run --allow-all scripts/bench/server_workers.ts [--lines 20000] [--workers 2] [--runs 1] \
 *         [--input FILE]
 *
 * FILE: a text in lines, repeated to as many as are wanted; default 65 sentences of the tests.
 *
 * Needs as many cores as workers, idle, and PostgreSQL's programs (Debian: postgresql). Prints the seconds of each run;
 * exits with 1 when the results differ.
 */
import { parseArgs } from "@std/cli";
import * as servers from "../server/processes.ts";

const args = parseArgs(Deno.args, {
  string: ["lines", "workers", "runs", "input"],
  default: { lines: "20000", workers: "2", runs: "1" },
});
if (servers.noPostgres) {
  console.error(`Cannot measure workers: ${servers.noPostgres}`);
  Deno.exit(2);
}

const text = await servers.englishLines(Number(args.lines), args.input);
const warmUp = await servers.englishLines(400);

/** Seconds that a file takes with so many workers, and what became of it. */
async function measure(count: number): Promise<{ seconds: number; result: string }> {
  await using postgres = await servers.startPostgres();
  await using server = await servers.startServer(["--job-workers", "0"], {
    DATABASE_URL: postgres.url,
  });
  await using workers = new AsyncDisposableStack();
  for (let i = 0; i < count; i++) {
    workers.use(await servers.startWorker(postgres.url, ["--threads", "1"]));
  }
  // Models are loaded with the first piece that a worker gets.
  await servers.waitFor(
    server.address + await servers.handIn(server.address, warmUp),
    servers.isDone,
  );
  const start = performance.now();
  const job = server.address + await servers.handIn(server.address, text);
  await servers.waitFor(job, servers.isDone);
  return { seconds: (performance.now() - start) / 1000, result: await servers.resultOf(job) };
}

let expected: string | undefined;
for (let run = 0; run < Number(args.runs); run++) {
  const seconds: number[] = [];
  for (const count of [1, Number(args.workers)]) {
    const measured = await measure(count);
    expected ??= measured.result;
    if (measured.result !== expected || measured.result === text) {
      console.error(`The results of 1 and ${count} workers differ`);
      Deno.exit(1);
    }
    seconds.push(measured.seconds);
    const rate = Number(args.lines) / measured.seconds;
    console.log(`${count} workers: ${measured.seconds.toFixed(1)} s, ${rate.toFixed(1)} lines/s`);
  }
  console.log(`${args.workers} workers are ${(seconds[0] / seconds[1]).toFixed(2)}x as fast as 1`);
}
