/// <reference lib="dom" />
import { eventsOf } from "../client/events.ts";
import { element, say, source, target, texts } from "./page.ts";
import { keyHeaders, type ServerSettings } from "./server_settings.ts";

/** How far the server has come with a file, as `/v1/jobs` says it. */
interface Job {
  readonly id: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly done: number;
  readonly total: number;
  readonly error: string | null;
}

const panel = element<HTMLDetailsElement>("files");
const file = element<HTMLInputElement>("file");
const send = element("send");
const bar = element<HTMLProgressElement>("progress");
const result = element<HTMLAnchorElement>("result");

/** Offers files where the server translates them. */
export function startFiles({ filesTranslation, supportedFilesFormat }: ServerSettings): void {
  panel.hidden = filesTranslation !== true;
  file.accept = (supportedFilesFormat ?? []).join();
  send.addEventListener("click", translateFile);
}

async function translateFile(): Promise<void> {
  const [chosen] = file.files ?? [];
  if (!chosen) return file.click();
  result.hidden = true;
  send.setAttribute("disabled", "");
  try {
    const form = new FormData();
    form.set("file", chosen);
    form.set("source", source.value);
    form.set("target", target.value);
    const url = await asJob(form) ?? await atOnce(form);
    result.href = url;
    result.textContent = `${texts.download}: ${chosen.name}`;
    result.hidden = false;
    say(texts.fileDone);
  } catch (error) {
    say(`${texts.failed}: ${(error as Error).message}`, true);
  } finally {
    bar.hidden = true;
    send.removeAttribute("disabled");
  }
}

/** Sends the file as a job and follows it; undefined where the server has no jobs. */
async function asJob(form: FormData): Promise<string | undefined> {
  const { status, body } = await upload("v1/jobs", form);
  if (hasNone(status)) return undefined;
  let job = body as unknown as Job;
  const path = `v1/jobs/${encodeURIComponent(job.id)}`;
  const events = await fetch(`${path}/events`);
  if (events.ok && events.body) {
    for await (const { event, data } of eventsOf(events.body)) {
      if (event === "error") break;
      job = JSON.parse(data);
      showProgress(texts.working, job);
    }
  }
  // The events may have ended before the job: a proxy, or a server that starts anew.
  while (job.state === "queued" || job.state === "running") {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(answer.statusText);
    job = await answer.json();
    showProgress(texts.working, job);
  }
  if (job.state !== "done") throw new Error(job.error ?? job.state);
  return `${path}/result`;
}

/** Whether a status says that the server has no jobs. */
function hasNone(status: number): boolean {
  return status === 403 || status === 404 || status === 405;
}

async function atOnce(form: FormData): Promise<string> {
  const { body } = await upload("translate_file", form);
  return String(body.translatedFileUrl);
}

/** Sends a form and tells how much of it has gone, which `fetch` does not. */
function upload(
  path: string,
  form: FormData,
): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    for (const [name, value] of Object.entries(keyHeaders())) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded: done, total }) =>
      showProgress(done < total ? texts.uploading : texts.working, { done, total });
    request.onerror = () => reject(new Error(texts.noServer));
    request.onload = () => {
      const { status } = request;
      const body = request.response ?? {};
      if (status < 400 || hasNone(status) && path === "v1/jobs") resolve({ status, body });
      else reject(new Error(body.error ?? request.statusText));
    };
    request.send(form);
  });
}

function showProgress(what: string, { done, total }: Pick<Job, "done" | "total">): void {
  bar.hidden = false;
  if (total > 0) {
    bar.max = total;
    bar.value = done;
  } else bar.removeAttribute("value");
  say(what);
}
