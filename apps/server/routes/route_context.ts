import type { Context } from "hono";
import type { Access } from "../access.ts";
import type { TranslationService } from "../service.ts";
import type { ServerSettings } from "../settings.ts";

/** What routes answer from. */
export interface RouteContext {
  /** Detects and translates. */
  readonly service: TranslationService;
  /** Lets clients in. */
  readonly access: Access;
  /** Limits. */
  readonly settings: ServerSettings;
}

/** Ends a request's work when its client has gone, or after the deadline. */
export function deadlineOf(context: Context, { settings }: RouteContext): AbortSignal {
  return AbortSignal.any([
    context.req.raw.signal,
    AbortSignal.timeout(settings.deadline * 1000),
  ]);
}
