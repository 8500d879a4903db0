import type { LoadText } from "./load_texts.ts";
import { Tally } from "./tally.ts";

/** Where and as whom texts are sent. */
export interface LoadClientOptions {
  /** The server. */
  readonly address: string;
  /** Address that the client seems to have: the server trusts what a proxy says. */
  readonly name: string;
}

/**
 * Has texts translated in one request, and compares the answer.
 *
 * @param texts The texts.
 * @param options Server and client, and where it is counted.
 * @returns The status of the answer; 0 where there was none.
 */
export async function send(
  texts: readonly LoadText[],
  { address, name, tally }: LoadClientOptions & { readonly tally: Tally },
): Promise<number> {
  const begun = performance.now();
  try {
    const answer = await fetch(`${address}/translate`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": name },
      body: JSON.stringify({ q: texts.map(({ text }) => text), source: "en", target: "de" }),
    });
    const body = await answer.json();
    const milliseconds = performance.now() - begun;
    if (answer.status === 503) {
      tally.refused({ milliseconds, retryAfter: answer.headers.get("Retry-After") });
    } else if (answer.status !== 200) {
      tally.failed(`status ${answer.status}: ${body.error}`);
    } else {
      const found: unknown[] = body.translatedText;
      const isRight = found.length === texts.length &&
        texts.every(({ expected }, i) => found[i] === expected);
      const words = texts.reduce((sum, { words }) => sum + words, 0);
      tally.answered({ milliseconds, words, isRight });
    }
    return answer.status;
  } catch (error) {
    tally.failed(String(error));
    return 0;
  }
}

/** How {@linkcode keepAsking} asks. */
export interface AskingOptions {
  /** The server. */
  readonly address: string;
  /** How many clients ask at once, each for its next text when it has the one before. */
  readonly clients: number;
  /** For how long. */
  readonly seconds: number;
  /** Texts of a request; default 1. */
  readonly atOnce?: number;
  /** One address for all of them; default one for each. */
  readonly name?: string;
  /** Milliseconds to wait when a client is sent away; default 0. */
  readonly pause?: number;
}

/** Clients that ask for one text after another; they end with the requests that are under way when time is up. */
export async function keepAsking(
  texts: readonly LoadText[],
  { address, clients, seconds, atOnce = 1, name, pause = 0 }: AskingOptions,
): Promise<Tally> {
  const tally = new Tally();
  const end = performance.now() + seconds * 1000;
  let next = 0;
  const ask = async (client: number) => {
    const own = { address, name: name ?? `10.0.${client >> 8}.${client & 255}`, tally };
    do {
      const asked = Array.from({ length: atOnce }, () => texts[next++ % texts.length]);
      const status = await send(asked, own);
      if (status !== 200) await new Promise((resolve) => setTimeout(resolve, pause));
    } while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => ask(client)));
  return tally.end();
}
