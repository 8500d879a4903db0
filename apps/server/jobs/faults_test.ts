import { assert, assertEquals } from "@std/assert";
import { openStore, type StoreLocation } from "../store/store.ts";
import { noPostgres, startPostgres } from "../store/testing/postgres_server.ts";
import { type JobProcess, serveJobs } from "../testing/job_process.ts";

const lines = Array.from({ length: 600 }, (_, i) => `Line ${i} of many.\n`).join("");
const ignore = noPostgres !== undefined;

interface Seen {
  readonly state: string;
  readonly done: number;
  readonly total: number;
}

/** Hands a file in, and gives the path of the job. */
async function accepted({ address }: JobProcess): Promise<string> {
  const body = new FormData();
  for (const [name, value] of [["source", "en"], ["target", "de"]]) body.set(name, value);
  body.set("file", new File([lines], "lines.txt"));
  const answer = await fetch(`${address}/v1/jobs`, { method: "POST", body });
  assertEquals(answer.status, 202);
  return `/v1/jobs/${(await answer.json()).id}`;
}

/** Looks at a job until it is as far as wanted; what cannot be told at the moment is asked for again. */
async function until(address: string, path: string, isSo: (job: Seen) => boolean): Promise<Seen> {
  for (;;) {
    const answer = await fetch(address + path);
    const job = await answer.json();
    if (answer.status === 200 && isSo(job)) return job;
    assert([200, 503].includes(answer.status), JSON.stringify(job));
    assert(job.state !== "failed", job.error);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const isBegun = ({ done, total }: Seen) => done > 0 && done < total;
const isDone = ({ state }: Seen) => state === "done";

/** The result is whole, and in order. */
async function assertResult(address: string, path: string): Promise<void> {
  assertEquals(await (await fetch(`${address}${path}/result`)).text(), lines.toUpperCase());
}

/** What was done before a fault was not done again. */
async function assertKept(before: readonly string[], at: StoreLocation): Promise<void> {
  const after = await finishedPieces(at);
  assertEquals(before.filter((piece) => !after.includes(piece)), []);
}

/** Pieces that are done, and when. */
async function finishedPieces(at: StoreLocation): Promise<string[]> {
  const store = await openStore(at);
  const rows = await store.database.query(
    "SELECT job, ordinal, finished_at::text FROM heed.piece WHERE finished_at IS NOT NULL",
  );
  await store.close();
  return rows.map((row) => JSON.stringify(row));
}

Deno.test("a server that is killed goes on with its files (PGlite)", async () => {
  const folder = await Deno.makeTempDir({ prefix: "heed_faults_" });
  const options = { folder, workers: 2, delay: 40 };
  let server = await serveJobs(options);
  const first = await accepted(server);
  await until(server.address, first, isBegun);
  await server.kill();
  const before = await finishedPieces({ folder });
  assert(before.length > 0);
  server = await serveJobs(options);
  const second = await accepted(server);
  await server.kill(); // as soon as it was accepted
  server = await serveJobs(options);
  for (const path of [first, second]) {
    await until(server.address, path, isDone);
    await assertResult(server.address, path);
  }
  await server.kill();
  await assertKept(before, { folder });
  await Deno.remove(folder, { recursive: true });
});

Deno.test(
  { name: "workers and servers that are killed lose nothing (PostgreSQL)", ignore },
  async () => {
    await using postgres = await startPostgres();
    const { url } = postgres;
    let server = await serveJobs({ url, workers: 0, delay: 0 });
    const workers = await Promise.all([1, 2].map(() => serveJobs({ url, workers: 1, delay: 60 })));
    const path = await accepted(server);
    await until(server.address, path, isBegun);
    await Promise.all([workers[0].kill(), server.kill()]);
    const before = await finishedPieces({ url });
    server = await serveJobs({ url, workers: 0, delay: 0 });
    await until(server.address, path, isDone);
    await assertResult(server.address, path);
    await assertKept(before, { url });
    await Promise.all([server, ...workers].map((one) => one.kill()));
  },
);

Deno.test({ name: "a database that is away is waited for (PostgreSQL)", ignore }, async () => {
  await using postgres = await startPostgres();
  const { url } = postgres;
  const server = await serveJobs({ url, workers: 0, delay: 0 });
  const worker = await serveJobs({ url, workers: 2, delay: 60 });
  const path = await accepted(server);
  await until(server.address, path, isBegun);
  const watching = (await fetch(`${server.address}${path}/events`)).text();
  const before = await finishedPieces({ url });
  await postgres.stop();
  const away = await fetch(server.address + path);
  assertEquals([away.status, away.headers.get("Retry-After")], [503, "10"]);
  assert((await away.json()).error.startsWith("The store cannot be reached"));
  const translated = await fetch(`${server.address}/translate`, {
    method: "POST",
    body: new URLSearchParams({ q: "Hello", source: "en", target: "de" }),
  });
  assertEquals(await translated.json(), { translatedText: "HELLO" });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await postgres.start();
  await until(server.address, path, isDone);
  await assertResult(server.address, path);
  await assertKept(before, { url });
  assert((await watching).includes("event: done\n"));
  await Promise.all([server, worker].map((one) => one.kill()));
});
