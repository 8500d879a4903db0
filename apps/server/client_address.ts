import type { Context } from "hono";
import { getConnInfo } from "hono/deno";
import type { ServerSettings } from "./settings.ts";

/** Says who asks: the address of the connection, or what a trusted proxy says of it. */
export function addressOf(context: Context, settings: ServerSettings): string {
  if (settings.trustForwardedFor) {
    const forwarded = context.req.header("X-Forwarded-For")?.split(",")[0].trim();
    if (forwarded) return forwarded;
  }
  try {
    return getConnInfo(context).remote.address ?? "unknown";
  } catch {
    return "unknown"; // a request that came over no connection, as those of tests
  }
}
