import type { Context } from "hono";
import { checkTexts } from "../routes/limits.ts";
import type { RouteContext } from "../routes/route_context.ts";

/**
 * Lets a client in whose key is in its headers, or given, for texts within the limits.
 *
 * @returns Who asks.
 * @throws {RequestError} When it is too much, or nobody may ask so.
 */
export async function admitTexts(
  c: Context,
  texts: readonly string[],
  { access, settings, key }: RouteContext & { readonly key?: unknown },
): Promise<string> {
  const characters = checkTexts(texts, settings);
  return await access.admit(
    c,
    { values: { api_key: key }, isJson: true },
    characters,
    texts.length,
  );
}
