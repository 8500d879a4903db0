import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { BlankEnv } from "hono/types";
import type { Access } from "../access.ts";
import type { JobService } from "../jobs/job.ts";
import type { TranslationService } from "../service.ts";
import type { ServerSettings } from "../settings.ts";
import type { Store } from "../store/store.ts";
import type { TextModels } from "../text_models/text_models.ts";

/** The server while routes are added to it. */
export type ServerApp = OpenAPIHono<BlankEnv>;

/** What routes answer from. */
export interface RouteContext {
  /** Detects and translates. */
  readonly service: TranslationService;
  /** Models for other work than translating. */
  readonly textModels: TextModels;
  /** Lets clients in. */
  readonly access: Access;
  /** Limits. */
  readonly settings: ServerSettings;
  /** What the server keeps; undefined where it keeps nothing. */
  readonly store?: Store;
  /** Files that are translated in the background; undefined where the server keeps nothing. */
  readonly jobs?: JobService;
}

/**
 * Does a request's work, which ends early when its client has gone, or after the deadline.
 *
 * @param context The request.
 * @param settings How long it may take.
 * @param work The work.
 * @returns What the work gave.
 */
export async function withinDeadline<Result>(
  context: Context,
  { deadline }: Pick<ServerSettings, "deadline">,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const end = new AbortController();
  const gone = () => end.abort(new DOMException("The client has gone", "AbortError"));
  const late = () => end.abort(new DOMException("The request took too long", "TimeoutError"));
  const timer = setTimeout(late, deadline * 1000);
  const { signal } = context.req.raw;
  signal.addEventListener("abort", gone);
  if (signal.aborted) gone();
  try {
    end.signal.throwIfAborted();
    return await work(end.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", gone);
  }
}
