import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { exchangeRounds } from "../testing/exchange_rounds.ts";
import { createExchangeMemory, Exchange, GivenUpError } from "./exchange.ts";

function startWorker(): Worker {
  return new Worker(new URL("../testing/exchange_worker.ts", import.meta.url), { type: "module" });
}

Deno.test("Exchange shows rows to workers that wait and to a caller that does not block", async () => {
  const workers = [startWorker(), startWorker()];
  try {
    const memory = createExchangeMemory({ workers: 3, size: 1000, notes: 1 });
    const wrong = workers.map((worker, i) =>
      new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage({ memory, rank: i + 1, rounds: 300 });
      })
    );
    const exchange = new Exchange(memory, 0);
    const wait = () => exchange.waitAsync();
    wrong.push(exchangeRounds(exchange, { rounds: 300, wait }));
    assertEquals(await Promise.all(wrong), [0, 0, 0]);
  } finally {
    for (const worker of workers) worker.terminate();
  }
});

Deno.test("Exchange.giveUp() frees all who wait, and all who come later", async () => {
  const worker = startWorker();
  try {
    const memory = createExchangeMemory({ workers: 3, size: 16, notes: 1 });
    const answer = new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
    worker.postMessage({ memory, rank: 1, rounds: 1 });
    const exchange = new Exchange(memory, 0);
    const waiting = exchange.waitAsync(); // the third never comes
    exchange.giveUp();
    await assertRejects(() => waiting, GivenUpError);
    assertEquals(await answer, "GivenUpError");
    assertThrows(() => exchange.wait(), GivenUpError);
  } finally {
    worker.terminate();
  }
});
