import { keepAsking } from "./load_client.ts";
import type { LoadText } from "./load_texts.ts";
import type { Tally } from "./tally.ts";

/** Clients that ask at once, and texts of each request: far more than waits. */
const clients = 48, atOnce = 8;

/**
 * Asks for more than a server's queue takes.
 *
 * @param texts What is asked for.
 * @param options A server whose queue is short, and for how long.
 * @returns What came of it, and whether the server translates as before when the others have gone.
 */
export async function overload(
  texts: readonly LoadText[],
  { address, seconds }: { readonly address: string; readonly seconds: number },
): Promise<{ tally: Tally; isWell: boolean }> {
  // Loads the model, and starts its threads.
  await keepAsking(texts, { address, clients: 8, seconds: seconds / 4, pause: 200 });
  const tally = await keepAsking(texts, { address, clients, seconds, atOnce, pause: 200 });
  const afterwards = await keepAsking(texts, { address, clients: 1, seconds: 0 });
  const isWell = afterwards.milliseconds.length === 1 && afterwards.wrong === 0;
  return { tally, isWell };
}
