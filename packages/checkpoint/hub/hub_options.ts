import { cacheDirectory } from "../cache_directory.ts";
import { files } from "../files.ts";
import type { FetchProgress } from "../resolve_model.ts";

/** Where published models are kept, where they come from, and what happens meanwhile. */
export interface HubOptions {
  /** Cache folder; `cacheDirectory()` by default. */
  readonly cacheDirectory?: string;
  /** Hub in Hugging Face's shape; the variable `HF_ENDPOINT` by default, else `https://huggingface.co`. */
  readonly endpoint?: string;
  /** What lets one read private and gated models; the variable `HF_TOKEN` by default. Only the endpoint gets it. */
  readonly token?: string;
  /**
   * Registry of Firefox's models: address of a `models.json`, of a folder that holds one, or of Remote Settings'
   * records; the variable `HEED_FIREFOX_REGISTRY` by default. There is no other: Mozilla's hosting is for Firefox,
   * and others are asked to keep a copy.
   */
  readonly registry?: string;
  /** Whether to do without the network; by default when the variable `HF_HUB_OFFLINE` is `1`, `true`, `yes` or `on`. */
  readonly offline?: boolean;
  /** Called as bytes arrive; never when nothing is fetched. */
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Called when another process fetches the same model, with which one, before it is waited for. */
  readonly onWait?: (owner: string) => void;
  /** Stops what is going on. What was fetched of a file stays, for the next time. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which a server that sends nothing is given up; 30,000 by default. */
  readonly idleMs?: number;
  /** Reads the variables that are named here; those of this process by default. */
  readonly environment?: (name: string) => string | undefined;
  /** How often a request that failed is made again before it is given up; 4 by default. */
  readonly retries?: number;
  /** Milliseconds before the first repetition, doubled for each further one; 1,000 by default. */
  readonly retryMs?: number;
}

/** Options with everything that has a default. */
export interface HubSettings {
  /** Folder of published models in the cache. */
  readonly root: string;
  readonly endpoint: URL;
  readonly token: string | undefined;
  readonly registry: string | undefined;
  readonly offline: boolean;
  readonly onProgress: ((progress: FetchProgress) => void) | undefined;
  readonly onWait: (owner: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly idleMs: number;
  readonly retries: number;
  readonly retryMs: number;
}

const HUGGING_FACE = "https://huggingface.co";

/** Folder of published models in the cache; no other variables are asked for. */
export function hubRoot(options: Pick<HubOptions, "cacheDirectory">): string {
  return `${options.cacheDirectory ?? cacheDirectory()}/hub`;
}

/** Fills in what options leave out, from the environment. */
export function hubSettings(options: HubOptions): HubSettings {
  const { environment = files.environment } = options;
  return {
    root: hubRoot(options),
    endpoint: httpUrl(
      options.endpoint ?? environment("HF_ENDPOINT") ?? HUGGING_FACE,
      "HF_ENDPOINT",
    ),
    token: options.token ?? environment("HF_TOKEN"),
    registry: options.registry ?? environment("HEED_FIREFOX_REGISTRY"),
    offline: options.offline ?? isSet(environment("HF_HUB_OFFLINE")),
    onProgress: options.onProgress,
    onWait: options.onWait ?? (() => {}),
    signal: options.signal,
    idleMs: options.idleMs ?? 30_000,
    retries: options.retries ?? 4,
    retryMs: options.retryMs ?? 1000,
  };
}

/** Reads an address that somebody set. */
export function httpUrl(text: string, variable: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new RangeError(
    `Cannot use ${JSON.stringify(text)} as the address of models: set ${variable} to one that ` +
      "begins with https://",
  );
}

/** A variable that is on, by the words that Hugging Face's own programs know. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on)$/i.test(value);
}
