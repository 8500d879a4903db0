import { showPath } from "../_location.ts";
import { IDLE_MS, inTime, piecesOf, StalledError } from "../_response_pieces.ts";
import type { HubSettings } from "./hub_options.ts";

/** What a request is for, and on whose behalf. */
export interface RequestContext {
  /** Beginning of its errors, such as `Cannot pull Helsinki-NLP/opus-mt-en-fr`. */
  readonly failure: string;
  readonly settings: Pick<HubSettings, "signal" | "idleMs" | "retries" | "retryMs">;
  /** What lets one in, and the only origin that may see it. */
  readonly credentials?: { readonly token: string; readonly origin: string };
  /** Says what a status of refusal means here, and what to do. */
  readonly explain: (response: Response) => string | undefined;
}

/** How a request differs from a plain one. */
export interface RequestOptions {
  readonly method?: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses beside 200 to 299 that are answers. */
  readonly accept?: readonly number[];
  /** Whether to go where the server sends one; true by default. */
  readonly follow?: boolean;
}

/** Something outside of this machine failed: it may work another time. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

const MAX_REDIRECTS = 5;
/** A server that wants one to wait for longer is not waited for. */
const MAX_WAIT_MS = 120_000;
/** What a list of files or a registry may have at most. */
const MAX_JSON_BYTES = 64 << 20;

/**
 * Asks a server, follows its redirects, and asks again after 429, 5xx or without a connection.
 *
 * @throws {SourceError} When no answer comes, or one that is none; says what to do.
 */
export async function request(
  url: URL,
  context: RequestContext,
  options: RequestOptions = {},
): Promise<Response> {
  const { settings: { retries, retryMs, signal }, failure } = context;
  for (let attempt = 0;; attempt++) {
    let problem: SourceError;
    let wait = backOff(attempt, retryMs);
    try {
      const response = await follow(url, context, options);
      const { ok, status } = response;
      const isHere = options.follow === false && isRedirect(status);
      if (ok || isHere || options.accept?.includes(status)) return response;
      await response.body?.cancel();
      const name = `${response.status} ${response.statusText}`.trim();
      if (!(status === 408 || status === 429 || status >= 500)) {
        const reason = context.explain(response);
        throw new RefusedError(
          `${failure}: ${reason ?? `${url.host} answered ${name} to ${showPath(url)}`}`,
        );
      }
      const asked = retryAfter(response);
      const text = `${failure}: ${url.host} answered ${name}; ` +
        (status === 429 ? "it has been asked too often: " : "") +
        `try again ${asked === undefined ? "later" : `in ${Math.ceil(asked / 1000)} s`}`;
      if (asked !== undefined && asked > MAX_WAIT_MS) throw new RefusedError(text);
      problem = new SourceError(text);
      wait = Math.max(wait, asked ?? 0);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SourceError) || error instanceof RefusedError) throw error;
      problem = error;
    }
    if (attempt >= retries) throw problem;
    await pause(wait, signal);
  }
}

/** An answer that would be the same another time. */
export class RefusedError extends SourceError {}

/** Reads a JSON object or list that a server has. */
export async function requestJson(url: URL, context: RequestContext): Promise<unknown> {
  const response = await request(url, context, { headers: { accept: "application/json" } });
  const bytes = await readAll(response, url, context);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw notData(url, context, { response, cause });
  }
}

/** The error for a page where data were expected. */
export function notData(
  url: URL,
  { failure }: RequestContext,
  { response, cause }: { response: Response; cause?: unknown },
): RefusedError {
  const what = isPage(response) ? "a web page" : "something else";
  return new RefusedError(
    `${failure}: ${url.host} answered with ${what} in place of ${
      showPath(url)
    }; a login page or a ` +
      "proxy may stand between, or the address is not that of a hub or registry",
    { cause },
  );
}

/** Why the pieces of an answer ended too early. The address is left out: it may hold a signature. */
export function brokenBy(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof StalledError ? cause.message : "the connection broke";
}

/** Whether an answer is a page for people. */
export function isPage(response: Response): boolean {
  return /^\s*(?:text\/html|application\/xhtml)/i.test(response.headers.get("content-type") ?? "");
}

/** Waits, and stops when it is told to. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Twice as long each time, and not the same for everybody who was turned away at once. */
export function backOff(attempt: number, retryMs: number): number {
  return retryMs * 2 ** attempt * (1 + Math.random() / 4);
}

async function readAll(
  response: Response,
  url: URL,
  { failure, settings }: RequestContext,
): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for await (const piece of piecesOf(response, url, settings)) {
      length += piece.byteLength;
      if (length > MAX_JSON_BYTES) break;
      pieces.push(piece);
    }
  } catch (cause) {
    settings.signal?.throwIfAborted();
    throw new SourceError(`${failure}: ${brokenBy(cause)} (${url.host}); try again`, { cause });
  }
  if (length > MAX_JSON_BYTES) {
    throw new RefusedError(`${failure}: ${showPath(url)} has more than ${MAX_JSON_BYTES} bytes`);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** Follows redirects by hand, because another host must not see the token. */
async function follow(
  start: URL,
  context: RequestContext,
  { method = "GET", headers = {}, follow = true }: RequestOptions,
): Promise<Response> {
  let url = start;
  for (let hops = 0;; hops++) {
    const response = await once(url, context, { method, headers });
    const location = response.headers.get("location");
    if (!follow || !isRedirect(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    const isSafe = next?.protocol === "https:" ||
      next?.protocol === "http:" && url.protocol === "http:";
    if (!isSafe || hops === MAX_REDIRECTS) {
      throw new RefusedError(
        `${context.failure}: ${start.host} ` +
          (isSafe ? "sends one on without an end" : "sends one on to an address that is not safe"),
      );
    }
    url = next!;
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function once(
  url: URL,
  { failure, settings, credentials }: RequestContext,
  { method, headers }: { method: string; headers: Readonly<Record<string, string>> },
): Promise<Response> {
  const { signal, idleMs = IDLE_MS } = settings;
  const controller = new AbortController();
  const signals = signal ? [signal, controller.signal] : [controller.signal];
  const isOwn = credentials?.origin === url.origin;
  try {
    const answer = fetch(url, {
      method,
      headers: isOwn ? { ...headers, authorization: `Bearer ${credentials.token}` } : headers,
      redirect: "manual",
      signal: AbortSignal.any(signals),
    });
    return await inTime(answer, idleMs, (error) => controller.abort(error));
  } catch (cause) {
    signal?.throwIfAborted();
    const { name, message } = cause as Error;
    // Deno's own word on a permission says which one is missing.
    if (name === "NotCapable") throw new RefusedError(`${failure}: ${message}`, { cause });
    const reason = cause instanceof StalledError ? message : "there is no connection";
    throw new SourceError(
      `${failure}: ${reason} (${url.host}); check the network and the address, or use a model ` +
        "that is on this machine",
      { cause },
    );
  }
}

/** How long the server wants one to wait, in milliseconds. */
function retryAfter(response: Response): number | undefined {
  const text = response.headers.get("retry-after");
  if (text === null) return undefined;
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
