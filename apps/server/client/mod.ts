/**
 * Asks a translation server of Heed, from Deno, Node or a browser.
 *
 * @example
 * ```ts
 * import { HeedClient, ServerRefusal } from "@heed/server/client";
 * import { assertRejects } from "@std/assert";
 *
 * const fetch = () => Response.json({ error: "zz is not supported" }, { status: 400 });
 * const client = new HeedClient("http://127.0.0.1:5000", { fetch });
 * await assertRejects(() => client.translate(["Hello"], { target: "zz" }), ServerRefusal, "zz");
 * ```
 *
 * @module
 */
export { HeedClient, ServerRefusal } from "./heed_client.ts";
export type { ClientCallOptions, HeedClientOptions } from "./heed_client.ts";
export type {
  ClientDetection,
  ClientEvent,
  ClientHypothesis,
  ClientLanguage,
  ClientLink,
  ClientPlace,
  ClientSentence,
  ClientTextOptions,
  ClientTranslateOptions,
  ClientTranslation,
  ClientWord,
} from "./types.ts";
