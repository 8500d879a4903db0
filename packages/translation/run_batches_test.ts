import { assert, assertEquals, assertRejects } from "@std/assert";
import { runBatches } from "./run_batches.ts";

/** A promise that resolves after some turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve));
}

Deno.test("runBatches() keeps as many under way as it may, and begins them in order", async () => {
  for (const concurrency of [1, 2, 3, 9]) {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    await runBatches([5, 1, 3, 1, 2, 4], {
      concurrency,
      async run(batch) {
        begun.push(batch);
        most = Math.max(most, ++running);
        await turns(batch);
        running--;
      },
    });
    assertEquals(begun, [5, 1, 3, 1, 2, 4]);
    assertEquals([most, running], [Math.min(concurrency, 6), 0]);
  }
  await runBatches([], { concurrency: 3, run: () => Promise.reject(new Error("nothing to run")) });
});

Deno.test("runBatches() stops at a failure, and waits for what is under way", async () => {
  const begun: number[] = [];
  let ended = 0;
  const error = await assertRejects(() =>
    runBatches([0, 1, 2, 3, 4], {
      concurrency: 2,
      async run(batch, signal) {
        begun.push(batch);
        if (batch === 1) throw new Error("batch 1 is broken");
        while (!signal!.aborted) await turns(1);
        await turns(3);
        ended++;
        signal!.throwIfAborted();
      },
    })
  );
  assertEquals((error as Error).message, "batch 1 is broken");
  assertEquals([begun, ended], [[0, 1], 1]);
});

Deno.test("runBatches() ends with the signal's reason, whatever the batches throw", async () => {
  for (const concurrency of [1, 2]) {
    const controller = new AbortController();
    let ended = 0;
    const running = runBatches([0, 1, 2], {
      concurrency,
      signal: controller.signal,
      async run(_, signal) {
        while (!signal!.aborted) await turns(1);
        ended++;
        throw new Error("interrupted while multiplying");
      },
    });
    await turns(1);
    controller.abort(new Error("enough"));
    await assertRejects(() => running, Error, "enough");
    assertEquals(ended, concurrency);
  }
});

Deno.test("runBatches() begins nothing when it is aborted before", async () => {
  let begun = 0;
  const signal = AbortSignal.abort(new Error("enough"));
  const run = () => Promise.resolve(void begun++);
  await assertRejects(() => runBatches([1], { concurrency: 1, signal, run }), Error, "enough");
  await assertRejects(() => runBatches([1, 2], { concurrency: 2, signal, run }), Error, "enough");
  assert(begun === 0);
});
