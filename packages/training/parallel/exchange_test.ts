import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { exchangeRounds } from "../testing/exchange_rounds.ts";
import { createExchangeMemory, Exchange, GivenUpError } from "./exchange.ts";

function startWorker(): Worker {
  return new Worker(new URL("../testing/sum_worker.ts", import.meta.url), { type: "module" });
}

Deno.test("Exchange cuts a vector into slices without gap or overlap", () => {
  for (const size of [1, 16, 17, 100, 412]) {
    for (const workers of [1, 2, 3, 8]) {
      const memory = createExchangeMemory({ workers, size, notes: 1 });
      for (let rank = 0; rank < workers; rank++) {
        const exchange = new Exchange(memory, rank);
        for (let other = 0; other < workers; other++) {
          const slice = exchange.slice(other);
          slice.forEach((value, i) => slice[i] = value + 1);
        }
      }
      assertEquals([...new Float32Array(memory.rows)], Array(workers * size).fill(1));
    }
  }
});

Deno.test("Exchange.sumSlice() adds up the rows of its slice into row 0", () => {
  const memory = createExchangeMemory({ workers: 3, size: 40, notes: 1 });
  const exchange = new Exchange(memory, 1);
  [1, 2, 4].forEach((value, rank) => exchange.row(rank).fill(value));
  exchange.sumSlice();
  const expected = Array.from({ length: 40 }, (_, i) => i >= 16 && i < 32 ? 7 : 1);
  assertEquals([...exchange.row(0)], expected);
});

Deno.test("Exchange sums with workers that wait and a caller that does not block", async () => {
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
