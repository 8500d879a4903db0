/** What a server allows and offers. */
export interface ServerSettings {
  /** Most characters of a request, all texts together; -1 for no limit. */
  readonly charLimit: number;
  /** Most texts of a request; -1 for no limit. */
  readonly batchLimit: number;
  /** Most alternatives of a text; -1 for no limit. */
  readonly alternativesLimit: number;
  /** Most bytes of a request's body. */
  readonly bodyLimit: number;
  /** Most bytes of a request that carries a file. */
  readonly fileLimit: number;
  /** Whether clients may propose better translations, which are kept. */
  readonly suggestions: boolean;
  /** Characters that an address (or a key) may have translated in a minute; 0 for no limit. */
  readonly charactersPerMinute: number;
  /** Requests of an address (or a key) in a minute; 0 for no limit. */
  readonly requestsPerMinute: number;
  /** Keys that clients have to give one of; none: no key is needed. */
  readonly apiKeys: readonly string[];
  /** Whether `X-Forwarded-For` says who asks: only behind a proxy that sets it. */
  readonly trustForwardedFor: boolean;
  /** Seconds after which a request is given up. */
  readonly deadline: number;
  /** Most sentences that wait for a model; requests beyond are sent away (503). */
  readonly maxWaiting: number;
  /** Milliseconds that the page waits after the last key before it asks. */
  readonly frontendTimeout: number;
}

/** What holds where nothing else is said. */
export const defaultSettings: ServerSettings = {
  charLimit: 20_000,
  batchLimit: 256,
  alternativesLimit: 8,
  bodyLimit: 1 << 20,
  fileLimit: 32 << 20,
  suggestions: false,
  charactersPerMinute: 0,
  requestsPerMinute: 0,
  apiKeys: [],
  trustForwardedFor: false,
  deadline: 60,
  maxWaiting: 4096,
  frontendTimeout: 500,
};
