/**
 * What breaks while files are translated, with the real model and the real commands: servers and workers are killed, the
 * database is away for 20 seconds, the disk is full. Nothing accepted may be lost, nothing done twice in the result.
 *
 *     deno run --allow-all scripts/server/faults.ts [--lines 1500] [--away 20]
 *
 * Takes some minutes. What needs PostgreSQL's programs says so where they are missing; the full disk needs `mount`, of
 * root on Linux. Exits with 1 when anything is lost.
 */
import { parseArgs } from "@std/cli";
import * as servers from "./processes.ts";

const args = parseArgs(Deno.args, {
  string: ["lines", "away"],
  default: { lines: "1500", away: "20" },
});
const text = await servers.englishLines(Number(args.lines));
const isBegun = ({ done, total }: servers.SeenJob) => done > 0 && done < total;
const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

/** What the file becomes where nothing breaks. */
async function undisturbed(): Promise<string> {
  const folder = await Deno.makeTempDir();
  await using server = await servers.startServer(["--store", folder]);
  const job = server.address + await servers.handIn(server.address, text);
  await servers.waitFor(job, servers.isDone);
  return await servers.resultOf(job);
}

/** Kills a server with a store of its own in the middle of a file, and again as soon as it took another. */
async function killedServer(): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  const paths: string[] = [];
  for (const isEnough of [isBegun, () => true]) {
    await using server = await servers.startServer(["--store", folder]);
    const path = await servers.handIn(server.address, text);
    paths.push(path);
    await servers.waitFor(server.address + path, isEnough);
  }
  await using server = await servers.startServer(["--store", folder]);
  const results: string[] = [];
  for (const path of paths) {
    await servers.waitFor(server.address + path, servers.isDone);
    results.push(await servers.resultOf(server.address + path));
  }
  return results;
}

/** Kills one of two workers, and the server, in the middle of a file. */
async function killedWorker(): Promise<string[]> {
  await using postgres = await servers.startPostgres();
  const env = { DATABASE_URL: postgres.url };
  const server = await servers.startServer(["--job-workers", "0"], env);
  await using _worker = await servers.startWorker(postgres.url);
  const killed = await servers.startWorker(postgres.url);
  const path = await servers.handIn(server.address, text);
  await servers.waitFor(server.address + path, isBegun);
  await Promise.all([killed.kill(), server.kill()]);
  await using again = await servers.startServer(["--job-workers", "0"], env);
  await servers.waitFor(again.address + path, servers.isDone);
  return [await servers.resultOf(again.address + path)];
}

/** Takes the database away for a while in the middle of a file. */
async function databaseAway(): Promise<string[]> {
  await using postgres = await servers.startPostgres();
  await using server = await servers.startServer(["--job-workers", "0"], {
    DATABASE_URL: postgres.url,
  });
  await using _worker = await servers.startWorker(postgres.url);
  const job = server.address + await servers.handIn(server.address, text);
  await servers.waitFor(job, isBegun);
  await postgres.stop();
  await seconds(Number(args.away));
  await postgres.start();
  await servers.waitFor(job, servers.isDone);
  return [await servers.resultOf(job)];
}

const needsPostgres = () => servers.noPostgres;
const faults: readonly [string, () => Promise<string[]>, () => string | undefined][] = [
  ["a server that is killed (PGlite)", killedServer, () => undefined],
  ["a worker and a server that are killed (PostgreSQL)", killedWorker, needsPostgres],
  [`a database that is away for ${args.away} s (PostgreSQL)`, databaseAway, needsPostgres],
];

const expected = await undisturbed();
if (expected.split("\n").length !== Number(args.lines) + 1) {
  throw new Error("Cannot compare: the translation has another number of lines");
}
let lost = 0;
for (const [name, test, reasonNot] of faults) {
  const reason = reasonNot();
  if (reason !== undefined) {
    console.log(`not tried: ${name}: ${reason}`);
    continue;
  }
  const start = performance.now();
  const results = await test();
  const isWhole = results.every((result) => result === expected);
  if (!isWhole) lost++;
  const took = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${isWhole ? "nothing lost" : "LOST OR DOUBLE"}: ${name}, ${took} s`);
}
if (lost > 0) Deno.exit(1);
