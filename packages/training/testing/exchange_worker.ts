// A worker for the test of Exchange: fills and reads rows of numbers again and again.
import { Exchange, type ExchangeMemory } from "../parallel/exchange.ts";
import type { TrainingWorkerScope } from "../parallel/serve_training.ts";
import { exchangeRounds } from "./exchange_rounds.ts";

const scope = globalThis as unknown as TrainingWorkerScope;
scope.onmessage = async (
  { data }: MessageEvent<{ memory: ExchangeMemory; rank: number; rounds: number }>,
) => {
  const exchange = new Exchange(data.memory, data.rank);
  const wait = () => exchange.wait();
  try {
    scope.postMessage(await exchangeRounds(exchange, { rounds: data.rounds, wait }));
  } catch (error) {
    scope.postMessage((error as Error).name);
  }
};
