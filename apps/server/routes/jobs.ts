import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { missing, RequestError } from "../errors.ts";
import { isFinished, type Job, type JobService } from "../jobs/job.ts";
import { admittedFile } from "../jobs/uploads.ts";
import { describeJobs } from "../openapi/describe_jobs.ts";
import { type Parameters, readParameters, textOf } from "../parameters.ts";
import { sendResult } from "./files.ts";
import type { RouteContext, ServerApp } from "./route_context.ts";

/** Adds jobs: files and texts of many lines, translated in the background. */
export function addJobs(app: ServerApp, context: RouteContext): void {
  describeJobs(app);
  const jobsOf = (): JobService => {
    if (context.jobs) return context.jobs;
    throw new RequestError(403, "Jobs are disabled on this server: it has no store");
  };
  const find = (c: Context) => jobsOf().find(c.req.param("id")!);
  app.post("/v1/jobs", async (c) => {
    const jobs = jobsOf();
    const parameters = withFile(await readParameters(c));
    const job = await jobs.add(await admittedFile(c, parameters, context));
    c.header("Location", `/v1/jobs/${job.id}`);
    return c.json(describeJob(job), 202);
  });
  app.get("/v1/jobs/:id", async (c) => c.json(describeJob(await find(c))));
  app.delete(
    "/v1/jobs/:id",
    async (c) => c.json(describeJob(await jobsOf().cancel((await find(c)).id))),
  );
  app.get("/v1/jobs/:id/result", async (c) => sendResult(c, jobsOf(), await find(c)));
  app.get("/v1/jobs/:id/events", async (c) => {
    const { id } = await find(c); // an unknown one still has a status
    const left = new AbortController();
    return streamSSE(c, async (stream) => {
      stream.onAbort(() => left.abort());
      try {
        for await (const job of jobsOf().watch(id, left.signal)) {
          const event = isFinished(job) ? job.state : "progress";
          await stream.writeSSE({ event, data: JSON.stringify(describeJob(job)) });
        }
      } catch (error) {
        // Hono would send a second event, of the message alone.
        const data = JSON.stringify({ error: (error as Error).message });
        await stream.writeSSE({ event: "error", data });
      }
    });
  });
}

/** A text of JSON or of a form is a file, too. */
function withFile(parameters: Parameters): Parameters {
  const { values } = parameters;
  if (values.file !== undefined) return parameters;
  const text = textOf(parameters, "text");
  if (text === undefined) throw missing("file");
  const file = new File([text], textOf(parameters, "name") ?? "text.txt");
  return { ...parameters, values: { ...values, file } };
}

/** A job as clients see it. */
export function describeJob(job: Job): Record<string, unknown> {
  const { id, state, fileName, format, source, target, total, done, error } = job;
  const result = state === "done" ? `/v1/jobs/${id}/result` : null;
  const { createdAt, startedAt, finishedAt } = job;
  return {
    id,
    state,
    fileName,
    format,
    source,
    target,
    total,
    done,
    error,
    result,
    createdAt,
    startedAt,
    finishedAt,
  };
}
