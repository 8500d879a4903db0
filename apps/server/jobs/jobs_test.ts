import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../errors.ts";
import { TranslationService } from "../service.ts";
import { StoreError } from "../store/database.ts";
import type { Store } from "../store/store.ts";
import { testOnEachDatabase } from "../store/testing/each_database.ts";
import { fakeModels, type FakeOptions } from "../testing/fake_models.ts";
import type { Job, NewJob, Piece } from "./job.ts";
import { Jobs, type JobsOptions } from "./jobs.ts";
import { workOff } from "./piece_worker.ts";

const english = { fileName: "a.txt", format: "txt", source: "en", target: "de" } as const;

function textJob(text: string, more: Partial<NewJob> = {}): NewJob {
  return { ...english, bytes: new TextEncoder().encode(text), ...more };
}

async function resultOf(jobs: Jobs, id: string): Promise<string> {
  return await new Blob(await Array.fromAsync(jobs.result(id))).text();
}

async function ended(jobs: Jobs, id: string): Promise<Job> {
  let job: Job | undefined;
  for await (job of jobs.watch(id));
  return job!;
}

/** Jobs that are worked off here, each worker with a model of its own. */
async function withWorkers(
  store: Store,
  models: readonly FakeOptions[],
  use: (jobs: Jobs, kept: Piece[][]) => Promise<void>,
  options?: JobsOptions,
): Promise<void> {
  const all = await Promise.all([0, ...models].map(() => Jobs.start(store, options)));
  const [jobs, ...workers] = all;
  const kept: Piece[][] = models.map(() => []);
  const served = models.map((options) => fakeModels(options));
  try {
    for (const [i, worker] of workers.entries()) {
      const service = new TranslationService(served[i]);
      await workOff(worker, service, { onPiece: (piece) => kept[i].push(piece) });
    }
    await use(jobs, kept);
  } finally {
    await Promise.all(all.map((jobs) => jobs.stop()));
    for (const models of served) models.dispose();
  }
}

const lines = Array.from({ length: 900 }, (_, i) => `line ${i}.\n`).join("");

testOnEachDatabase("workers may start together on an empty database", async (open) => {
  const store = await open();
  await withWorkers(store, Array.from({ length: 9 }, () => ({})), async (jobs) => {
    const { id } = await jobs.add(textJob("One.\n"));
    assertEquals((await ended(jobs, id)).state, "done");
  });
});

testOnEachDatabase("jobs are translated", async (open, t) => {
  const store = await open();
  await t.step("by several workers, each piece once, in order", async () => {
    const delay = 2; // so that both get their share
    await withWorkers(store, [{ delay }, { delay }], async (jobs, kept) => {
      const { id } = await jobs.add(textJob(lines));
      const seen: number[] = [];
      let job: Job | undefined;
      for await (job of jobs.watch(id)) seen.push(job.done);
      assertEquals([job?.state, job?.done, job?.total, job?.error], ["done", 900, 900, null]);
      assertEquals(seen, seen.toSorted((a, b) => a - b));
      assertEquals(await resultOf(jobs, id), lines.toUpperCase());
      assert(kept.every((pieces) => pieces.length > 0), "one worker did everything");
      const ordinals = kept.flat().map(({ ordinal }) => ordinal).sort((a, b) => a - b);
      assertEquals(ordinals, [...ordinals.keys()]);
    });
  });
  await t.step("of any text: empty, HTML, detected, without a last line end", async () => {
    await withWorkers(store, [{}], async (jobs) => {
      const html = textJob("<p>Open <b>it</b>.</p>", { fileName: "a.html", format: "html" });
      const german = textJob("Guten Morgen, wie geht es dir?\nGut.", {
        source: "auto",
        target: "en",
      });
      for (
        const [job, expected] of [
          [textJob(""), ""],
          [textJob("a\r\n\r\n b"), "A\r\n\r\n B"],
          [html, "<p>OPEN <b>IT</b>.</p>"],
          [german, "GUTEN MORGEN, WIE GEHT ES DIR?\nGUT."],
        ] as const
      ) {
        const { id } = await jobs.add(job);
        assertEquals((await ended(jobs, id)).state, "done");
        assertEquals(await resultOf(jobs, id), expected);
      }
    });
  });
  await t.step("what cannot be read fails, and says why", async () => {
    await withWorkers(store, [{}], async (jobs) => {
      const { id } = await jobs.add(textJob("", { bytes: new Uint8Array([97, 0xc3]) }));
      const { state, error } = await ended(jobs, id);
      assertEquals([state, error], ["failed", "Cannot read the document: it is not UTF-8"]);
    });
  });
  await t.step("a job that waits for a busy model is not refused", async () => {
    await withWorkers(store, [{ maxWaiting: 30, delay: 1 }], async (jobs) => {
      const { id } = await jobs.add(textJob("One. Two.\n".repeat(40)));
      assertEquals((await ended(jobs, id)).state, "done");
    });
  });
  await t.step("a cancelled job ends within seconds, and leaves no file", async () => {
    const rows = { count: 0 };
    await withWorkers(store, [{ delay: 400, onBatch: () => rows.count++ }], async (jobs) => {
      const { id } = await jobs.add(textJob(lines));
      while (rows.count === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      assertEquals((await jobs.cancel(id)).state, "cancelled");
      const [{ count }] = await store.database.query(
        "SELECT count(*)::int FROM heed.content WHERE job = $1",
        [id],
      );
      assertEquals(count, 0);
      await jobs.cancel(id); // once more changes nothing
      const other = await jobs.add(textJob("next"));
      assertEquals((await ended(jobs, other.id)).state, "done");
      assertEquals((await jobs.find(id)).state, "cancelled");
    });
  });
  await t.step("a worker that stops gives its piece back", async () => {
    const { promise: began, resolve } = Promise.withResolvers<void>();
    const jobs = await Jobs.start(store);
    using slow = fakeModels({ delay: 100_000, onBatch: () => resolve() });
    const worker = await Jobs.start(store);
    await workOff(worker, new TranslationService(slow));
    const { id } = await jobs.add(textJob("Mine\n"));
    await began;
    await worker.stop();
    await jobs.stop();
    await withWorkers(store, [{}], async (jobs) => {
      assertEquals((await ended(jobs, id)).state, "done");
      assertEquals(await resultOf(jobs, id), "MINE\n");
    });
  });
  await t.step("too many are sent away; unknown and old ones are not found", async () => {
    await withWorkers(store, [], async (jobs) => {
      const { id } = await jobs.add(textJob("a"));
      const busy = await assertRejects(() => jobs.add(textJob("b")), RequestError);
      assertEquals([busy.status, busy.retryAfter], [503, 30]);
      for (const unknown of ["x", crypto.randomUUID()]) {
        assertEquals((await assertRejects(() => jobs.find(unknown), RequestError)).status, 404);
      }
      await jobs.cancel(id);
      await jobs.records.removeOld(0);
      assertEquals((await assertRejects(() => jobs.find(id), RequestError)).status, 404);
    }, { maxUnfinished: 1 });
  });
  await t.step("a full disk takes no job half, and keeps those that it has", async () => {
    await store.database.query(
      `CREATE FUNCTION heed.full() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$`,
    );
    const fill = (part: string) =>
      store.database.query(
        `CREATE TRIGGER full_disk BEFORE INSERT ON heed.content
         FOR EACH ROW WHEN (new.part = '${part}') EXECUTE FUNCTION heed.full()`,
      );
    const empty = () => store.database.query("DROP TRIGGER full_disk ON heed.content");
    await withWorkers(store, [{}], async (jobs, [kept]) => {
      await fill("source");
      const error = await assertRejects(() => jobs.add(textJob("a")), StoreError);
      assertEquals([error.isFull, error.isPassing], [true, true]);
      assertEquals(await jobs.records.unfinished(), 0);
      await empty();
      const { id } = await jobs.add(textJob(lines));
      await fill("result");
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assertEquals([(await jobs.find(id)).state, kept.length], ["running", 0]);
      await empty();
      assertEquals((await ended(jobs, id)).state, "done");
      assertEquals(await resultOf(jobs, id), lines.toUpperCase());
    });
  });
  await store.close();
});
