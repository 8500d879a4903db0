import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Hono } from "hono";
import type { BlankEnv } from "hono/types";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { Access } from "./access.ts";
import { RequestError } from "./errors.ts";
import type { JobService } from "./jobs/job.ts";
import { uploadPaths } from "./jobs/uploads.ts";
import type { Models } from "./models.ts";
import { refuseInvalid } from "./openapi/check_body.ts";
import { logRequests, type RequestLogEntry } from "./request_log.ts";
import { addPage } from "./page/routes.ts";
import { addDetect } from "./routes/detect.ts";
import { addFiles } from "./routes/files.ts";
import { addInformation } from "./routes/information.ts";
import { addJobs } from "./routes/jobs.ts";
import { addSuggest } from "./routes/suggest.ts";
import { addTranslate } from "./routes/translate.ts";
import { addUnknownPath, plainPath } from "./routes/unknown_path.ts";
import { addSpec } from "./routes/spec.ts";
import { addV1 } from "./v1/add_v1.ts";
import { addDeepL } from "./deepl/add_deepl.ts";
import { TranslationService } from "./service.ts";
import { defaultSettings, type ServerSettings } from "./settings.ts";
import { StoreError } from "./store/database.ts";
import type { Store } from "./store/store.ts";
import { limitTime } from "./time_limit.ts";
import { TextModels } from "./text_models/text_models.ts";

/** What a server is made of. */
export interface AppOptions {
  /** The models; they stay the caller's. */
  readonly models: Models;
  /** Models for vectors, labels, words and texts; they stay the caller's too. */
  readonly textModels?: TextModels;
  /** Limits and keys, where they differ from the defaults. */
  readonly settings?: Partial<ServerSettings>;
  /** What the server keeps, such as suggestions; it stays the caller's. */
  readonly store?: Store;
  /** Files that are translated in the background; they stay the caller's. */
  readonly jobs?: JobService;
  /** Told of errors that are nobody's fault but the server's. */
  readonly onError?: (error: unknown, request: FailedRequest) => void;
  /** Told of every request, without what it says. */
  readonly onRequest?: (entry: RequestLogEntry) => void;
}

/** A request that the server could not answer, without what it says. */
export interface FailedRequest {
  /** Its method. */
  readonly method: string;
  /** Its path. */
  readonly path: string;
  /** What the log and the answer call it. */
  readonly id: string;
}

/** Seconds beyond the deadline that a body may take to come. */
const bodyTime = 10;

/** As LibreTranslate has it; and pages may read when to ask again, and what to report. */
const corsOptions = {
  origin: "*",
  allowHeaders: ["Authorization", "Content-Type"],
  allowMethods: ["GET", "POST", "DELETE"],
  exposeHeaders: ["Authorization", "Retry-After", "X-Request-Id"],
  maxAge: 20 * 24 * 3600,
};

/**
 * Makes the translation server: LibreTranslate's API, Heed's own, and the page.
 *
 * @param options Models and settings.
 * @returns What answers requests, by `fetch`.
 *
 * @example
 * ```ts
 * import { createApp, Models, servedModels } from "@heed/server";
 * import { assertEquals } from "@std/assert";
 *
 * using models = new Models(await servedModels([], { device: "wasm", threads: 1 }));
 * const app = createApp({ models });
 * const answer = await app.request("/translate", {
 *   method: "POST",
 *   headers: { "Content-Type": "application/json" },
 *   body: JSON.stringify({ q: "Open the file.", source: "en", target: "de" }),
 * });
 * assertEquals(answer.status, 200);
 * assertEquals(await answer.json(), { translatedText: "Öffnen Sie die Datei." });
 * ```
 */
export function createApp(
  { models, textModels = new TextModels(), onError, onRequest, store, jobs, ...options }:
    AppOptions,
): Hono {
  const settings = { ...defaultSettings, ...options.settings };
  const service = new TranslationService(models, store?.cache);
  const access = new Access(settings, store?.keys);
  const context = { service, textModels, access, settings, store, jobs };
  const app = new OpenAPIHono<BlankEnv>({ defaultHook: refuseInvalid, getPath: plainPath });
  app.use(requestId());
  if (onRequest) app.use(logRequests(app, onRequest));
  app.use(cors(corsOptions));
  app.use(secureHeaders());
  const inTime = limitTime(settings.deadline + bodyTime);
  app.use((c, next) => uploadPaths.has(c.req.path) ? next() : inTime(c, next));
  const atMost = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: () => {
        throw new RequestError(413, `Request is larger than ${maxSize} bytes`);
      },
    });
  const [usual, upload] = [atMost(settings.bodyLimit), atMost(settings.fileLimit)];
  app.use((c, next) => (uploadPaths.has(c.req.path) ? upload : usual)(c, next));
  addTranslate(app, context);
  addDetect(app, context);
  addInformation(app, context);
  addV1(app, context);
  addDeepL(app, context);
  addFiles(app, context);
  addJobs(app, context);
  addSuggest(app, context);
  addSpec(app);
  addPage(app, context);
  addUnknownPath(app);
  app.onError((error, c) => answerError(c, error, onError));
  return app;
}

function failedOf(c: Context): FailedRequest {
  return { method: c.req.method, path: c.req.path, id: c.get("requestId") };
}

/** DeepL's clients show `message`. */
function errorBody({ req }: Context, error: string): { error: string; message?: string } {
  return req.path.startsWith("/v2/") ? { error, message: error } : { error };
}

/** Every error is JSON with one field, `error`. */
function answerError(
  c: Context,
  error: Error,
  onError: AppOptions["onError"],
): Response {
  if (error instanceof RequestError) {
    if (error.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
    return c.json(errorBody(c, error.message), error.status);
  }
  if (error instanceof StoreError && error.isPassing) {
    onError?.(error, failedOf(c));
    c.header("Retry-After", "10");
    const reason = error.isFull ? "is full: try again later" : "cannot be reached: try again";
    return c.json(errorBody(c, `The store ${reason}`), 503);
  }
  if (error instanceof HTTPException) return c.json(errorBody(c, error.message), error.status);
  if (error.name === "TimeoutError") {
    return c.json(errorBody(c, "The translation took too long: send less text at once"), 504);
  }
  if (c.req.raw.signal.aborted) return c.json({ error: "The client has gone" }, 400);
  onError?.(error, failedOf(c));
  return c.json(errorBody(c, "Cannot translate text: the server failed"), 500);
}
