import type { Context, Hono } from "hono";
import { stream } from "hono/streaming";
import type { DocumentFormat } from "@heed/documents";
import { RequestError } from "../errors.ts";
import type { Job, JobService } from "../jobs/job.ts";
import { admittedFile } from "../jobs/uploads.ts";
import { readParameters } from "../parameters.ts";
import type { ServerSettings } from "../settings.ts";
import type { RouteContext } from "./route_context.ts";

const disabled = "Files translation are disabled on this server.";

/** Adds `POST /translate_file`, which answers when the file is translated, and `GET /download_file/:name`. */
export function addFiles(app: Hono, context: RouteContext): void {
  const { jobs, settings } = context;
  app.post("/translate_file", async (c) => {
    if (!jobs) throw new RequestError(403, disabled);
    const { id } = await jobs.add(await admittedFile(c, await readParameters(c), context));
    let job: Job | undefined;
    for await (job of jobs.watch(id, c.req.raw.signal));
    if (c.req.raw.signal.aborted) await jobs.cancel(id);
    if (job?.state !== "done") {
      throw new RequestError(400, job?.error ?? "The file was not translated: it was cancelled");
    }
    const path = `/download_file/${encodeURIComponent(`${job.id}.${resultName(job)}`)}`;
    return c.json({ translatedFileUrl: new URL(path, addressOfServer(c, settings)).href });
  });
  app.get("/download_file/:name", async (c) => {
    if (!jobs) throw new RequestError(400, disabled);
    const [id] = c.req.param("name").split(".");
    return sendResult(c, jobs, await jobs.find(id));
  });
}

/** What a translated file is called: `letter_de.txt`. */
export function resultName({ fileName, target }: Pick<Job, "fileName" | "target">): string {
  const dot = fileName.lastIndexOf(".");
  return `${fileName.slice(0, dot)}_${target}${fileName.slice(dot)}`;
}

const types: Readonly<Partial<Record<DocumentFormat, string>>> = {
  txt: "text/plain; charset=utf-8",
  html: "text/html; charset=utf-8",
  json: "application/json",
};

/** Sends what became of a job, a bounded part at a time, as a file that is saved. */
export function sendResult(c: Context, jobs: JobService, job: Job): Response {
  if (job.state !== "done") throw new RequestError(404, `There is no result: it is ${job.state}`);
  const name = resultName(job);
  const plain = name.replace(/[^\w.-]/g, "_");
  c.header("Content-Type", types[job.format] ?? "application/octet-stream");
  c.header(
    "Content-Disposition",
    `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`,
  );
  return stream(c, async (output) => {
    for await (const bytes of jobs.result(job.id)) {
      if (output.aborted) return;
      await output.write(bytes);
    }
  }, async (error, output) => {
    // Half a file must not pass for a file: the connection is broken off.
    await output.abort();
    throw error;
  });
}

/** Where clients see the server: what a trusted proxy says, else where the request came in. */
function addressOfServer(c: Context, { trustForwardedFor }: ServerSettings): string {
  const address = new URL(c.req.url);
  if (trustForwardedFor) {
    const host = c.req.header("X-Forwarded-Host");
    const protocol = c.req.header("X-Forwarded-Proto");
    if (host) address.host = host.split(",")[0].trim();
    if (protocol === "http" || protocol === "https") address.protocol = `${protocol}:`;
  }
  return address.href;
}
