import type { Context } from "hono";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { addressOf } from "./client_address.ts";
import { RequestError } from "./errors.ts";
import { type Parameters, textOf } from "./parameters.ts";
import type { ServerSettings } from "./settings.ts";
import type { ApiKeys } from "./store/api_keys.ts";

/** Clients whose characters are counted. */
const mostCounts = 10_000;

/** Who may ask, and how much. */
export class Access {
  readonly #settings: ServerSettings;
  readonly #keys: ReadonlySet<string>;
  readonly #stored: ApiKeys | undefined;
  readonly #requests: RateLimiterMemory | undefined;
  readonly #characters: RateLimiterMemory | undefined;
  /** What clients had translated, those who asked last at the end. */
  readonly #counts = new Map<string, number>();

  /**
   * Makes the check.
   *
   * @param settings Keys and limits.
   * @param keys Further keys, which a store has.
   */
  constructor(settings: ServerSettings, keys?: ApiKeys) {
    this.#settings = settings;
    this.#stored = keys;
    this.#keys = new Set(settings.apiKeys);
    this.#requests = limiter(settings.requestsPerMinute);
    this.#characters = limiter(settings.charactersPerMinute);
  }

  /**
   * Lets a client in, and counts its request.
   *
   * @param context The request.
   * @param parameters What it says; `api_key` among it.
   * @param characters How much it wants translated.
   * @param texts In how many texts: a list counts as so many requests.
   * @returns Who asks: clients with different names take turns.
   * @throws {RequestError} 400 or 403 without a valid key where one is needed, 429 above a limit.
   */
  async admit(
    context: Context,
    parameters: Parameters,
    characters: number,
    texts = 1,
  ): Promise<string> {
    const key = textOf(parameters, "api_key") ?? bearer(context);
    const isNeeded = await this.needsKey();
    if (isNeeded) {
      if (key === undefined) {
        throw new RequestError(400, "Please contact the server operator to get an API key");
      }
      if (!this.#keys.has(key) && !await this.#stored?.has(key)) {
        // Who tries keys is slowed down as who sends too many requests.
        const address = addressOf(context, this.#settings);
        await consume(this.#requests, {
          client: `guesses ${address}`,
          points: 1,
          unit: "requests",
        });
        throw new RequestError(403, "Invalid API key");
      }
    }
    const client = isNeeded ? `key ${key}` : addressOf(context, this.#settings);
    await consume(this.#requests, { client, points: Math.max(1, texts), unit: "requests" });
    await consume(this.#characters, { client, points: characters, unit: "characters" });
    this.#count(client, characters);
    return client;
  }

  /** Says whether clients have to give a key. */
  async needsKey(): Promise<boolean> {
    return this.#keys.size > 0 || (await this.#stored?.areNeeded() ?? false);
  }

  /** Characters that a client had translated since the server began; of the last ten thousand clients. */
  charactersOf(client: string): number {
    return this.#counts.get(client) ?? 0;
  }

  #count(client: string, characters: number): void {
    if (characters === 0) return;
    const count = this.charactersOf(client) + characters;
    this.#counts.delete(client);
    this.#counts.set(client, count);
    if (this.#counts.size > mostCounts) this.#counts.delete(this.#counts.keys().next().value!);
  }
}

function limiter(points: number): RateLimiterMemory | undefined {
  return points > 0 ? new RateLimiterMemory({ points, duration: 60 }) : undefined;
}

function bearer(context: Context): string | undefined {
  return /^(?:Bearer|DeepL-Auth-Key) (.+)$/.exec(context.req.header("Authorization") ?? "")?.[1];
}

async function consume(
  limiter: RateLimiterMemory | undefined,
  { client, points, unit }: { client: string; points: number; unit: string },
): Promise<void> {
  if (!limiter || points === 0) return;
  try {
    await limiter.consume(client, points);
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    const wait = Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000);
    const message = `Slowdown: ${limiter.points} ${unit} per 1 minute`;
    throw new RequestError(429, message, { retryAfter: wait });
  }
}
