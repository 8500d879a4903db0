import type { Exchange } from "../parallel/exchange.ts";

/** Fills rows with whole numbers and reads those of all threads; returns how often they were wrong. */
export async function exchangeRounds(
  exchange: Exchange,
  { rounds, wait }: { rounds: number; wait: () => Promise<void> | void },
): Promise<number> {
  const { rank, workers } = exchange;
  let wrong = 0;
  for (let round = 0; round < rounds; round++) {
    const row = exchange.row(rank);
    for (let i = 0; i < row.length; i++) row[i] = (rank + 1) * (i + round);
    exchange.noted(rank)[0] = round * (rank + 1);
    await wait();
    for (let other = 0; other < workers; other++) {
      if (exchange.row(other).some((value, i) => value !== (other + 1) * (i + round))) wrong++;
    }
    let noted = 0;
    for (let other = 0; other < workers; other++) noted += exchange.noted(other)[0];
    if (noted !== round * workers * (workers + 1) / 2) wrong++;
    await wait();
  }
  return wrong;
}
