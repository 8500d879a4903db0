import { eventsOf } from "./events.ts";
import type {
  ClientDetection,
  ClientEvent,
  ClientLanguage,
  ClientTextOptions,
  ClientTranslateOptions,
  ClientTranslation,
} from "./types.ts";

/** How a {@linkcode HeedClient} asks. */
export interface HeedClientOptions {
  /** Key, where the server wants one. */
  readonly apiKey?: string;
  /** What sends requests; default the platform's own. */
  readonly fetch?: (input: string, init: RequestInit) => Response | Promise<Response>;
}

/** What every call takes. */
export interface ClientCallOptions {
  /** Ends the asking, and the server's work for it. */
  readonly signal?: AbortSignal;
}

/**
 * An answer of a server that is an error.
 *
 * @example
 * ```ts
 * import { HeedClient, ServerRefusal } from "@heed/server/client";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const busy = () => Response.json({ error: "Too busy" }, { status: 503, headers: { "Retry-After": "2" } });
 * const client = new HeedClient("http://127.0.0.1:5000", { fetch: busy });
 * const asked = client.translate(["Hi."], { source: "en", target: "de" });
 * const { status, retryAfter } = await assertRejects(() => asked, ServerRefusal, "Too busy");
 * assertEquals([status, retryAfter], [503, 2]);
 * ```
 */
export class ServerRefusal extends Error {
  /** Kind of the error. */
  override readonly name = "ServerRefusal";
  /** HTTP status. */
  readonly status: number;
  /** Seconds after which another try makes sense, where the server says so. */
  readonly retryAfter: number | undefined;

  /**
   * Makes the error.
   *
   * @param message What the server says.
   * @param answer Its answer.
   */
  constructor(message: string, { status, headers }: Pick<Response, "status" | "headers">) {
    super(message);
    this.status = status;
    const wait = headers.get("Retry-After");
    this.retryAfter = wait === null ? undefined : Number(wait);
  }
}

/**
 * Asks a server, with types; runs in Deno, Node and browsers.
 *
 * @example
 * ```ts
 * import { HeedClient } from "@heed/server/client";
 * import { createApp, Models, servedModels } from "@heed/server";
 * import { assertEquals } from "@std/assert";
 *
 * // A server in the same process; without `fetch` it is asked over the network.
 * using models = new Models(await servedModels([], { device: "wasm", threads: 1 }));
 * const app = createApp({ models });
 * const client = new HeedClient("http://127.0.0.1:5000", { fetch: app.request });
 * const [{ text }] = await client.translate(["Open the file."], { source: "en", target: "de" });
 * assertEquals(text, "Öffnen Sie die Datei.");
 * ```
 */
export class HeedClient {
  readonly #address: string;
  readonly #options: HeedClientOptions;

  /**
   * Makes a client.
   *
   * @param address Where the server is, with or without a slash at the end.
   * @param options Key, and what sends requests.
   */
  constructor(address: string, options: HeedClientOptions = {}) {
    this.#address = address.replace(/\/+$/, "");
    this.#options = options;
  }

  /**
   * Lists languages.
   *
   * @param options `signal`.
   * @returns Languages on offer and their targets.
   */
  async languages(options: ClientCallOptions = {}): Promise<ClientLanguage[]> {
    return await (await this.#ask("/languages", { method: "GET", ...options })).json();
  }

  /**
   * Detects the language of a text.
   *
   * @param text The text.
   * @param options `signal`.
   * @returns Languages, the likeliest first.
   */
  async detect(text: string, options: ClientCallOptions = {}): Promise<ClientDetection[]> {
    return await (await this.#post("/detect", { q: text }, options)).json();
  }

  /**
   * Translates texts.
   *
   * @param texts The texts.
   * @param options Languages, what is wanted beside the translations, `signal`.
   * @returns A translation for each.
   * @throws {ServerRefusal} When the server does not do it.
   */
  async translate(
    texts: readonly string[],
    { signal, ...how }: ClientTextOptions & ClientCallOptions,
  ): Promise<ClientTranslation[]> {
    const answer = await this.#post("/v1/translate", { texts, ...how }, { signal });
    return (await answer.json()).translations;
  }

  /**
   * Translates a text, and gives it as it is written.
   *
   * @param text The text.
   * @param options Languages, what is wanted beside the translations, `signal`.
   * @returns What comes, in order; the pieces of the events `text` are the translation, sentence by sentence, and a
   * `draft` is what is certain so far of the next one. Leaving the loop ends the work.
   * @throws {ServerRefusal} When the server does not do it.
   */
  async *translateStream(
    text: string,
    { signal, ...how }: ClientTranslateOptions & ClientCallOptions,
  ): AsyncGenerator<ClientEvent, void> {
    const answer = await this.#post("/v1/translate/stream", { text, ...how }, { signal });
    for await (const { event, data } of eventsOf(answer.body!)) {
      const content = JSON.parse(data);
      if (event === "error") throw new ServerRefusal(content.error, answer);
      if (event === "done") return;
      yield { event, data: content } as ClientEvent;
    }
    throw new Error("Cannot read the whole translation: the server broke off");
  }

  /**
   * Turns texts into vectors.
   *
   * @param texts The texts.
   * @param options `model`: its name, where the server has several; `signal`.
   * @returns A vector for each.
   * @throws {ServerRefusal} When the server does not do it, as where it has no such model.
   */
  async embed(
    texts: readonly string[],
    { model, signal }: ClientCallOptions & { readonly model?: string } = {},
  ): Promise<Float32Array[]> {
    const body = { input: texts, model, encoding_format: "float" };
    const { data } = await (await this.#post("/v1/embeddings", body, { signal })).json();
    return data.map(({ embedding }: { embedding: number[] }) => Float32Array.from(embedding));
  }

  #post(path: string, body: unknown, { signal }: ClientCallOptions): Promise<Response> {
    return this.#ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
  }

  async #ask(path: string, request: RequestInit): Promise<Response> {
    const { apiKey, fetch: send = fetch } = this.#options;
    const headers = new Headers(request.headers);
    if (apiKey !== undefined) headers.set("Authorization", `Bearer ${apiKey}`);
    const answer = await send(`${this.#address}${path}`, { ...request, headers });
    if (answer.ok) return answer;
    const { error } = await answer.json().catch(() => ({ error: answer.statusText }));
    throw new ServerRefusal(String(error), answer);
  }
}
