/// <reference lib="dom" />
import { readEvents } from "./events.ts";
import { element, say, source, target, texts } from "./page.ts";

/** How far the server has come with a file, as `/v1/jobs` says it. */
interface Job {
  readonly id: string;
  readonly state: string;
  readonly progress?: { readonly done: number; readonly total: number };
  readonly url?: string;
  readonly error?: string;
}

const panel = element<HTMLDetailsElement>("files");
const file = element<HTMLInputElement>("file");
const send = element("send");
const bar = element<HTMLProgressElement>("progress");
const result = element<HTMLAnchorElement>("result");

/** Offers files where the server translates them. */
export async function startFiles(): Promise<void> {
  const answer = await fetch("frontend/settings").catch(() => undefined);
  const settings = answer?.ok ? await answer.json() : {};
  panel.hidden = settings.filesTranslation !== true;
  file.accept = (settings.supportedFilesFormat ?? []).join();
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
  if (status === 404 || status === 405) return undefined;
  let job = body as unknown as Job;
  const path = `v1/jobs/${encodeURIComponent(job.id)}`;
  const events = await fetch(`${path}/events`);
  if (events.ok && events.body) {
    for await (const { data } of readEvents(events.body)) {
      job = { ...job, ...data as Partial<Job> };
      showProgress(texts.working, job.progress);
    }
  }
  // The stream may have ended before the job: a proxy, or a server that starts anew.
  while (job.url === undefined) {
    if (job.error !== undefined || job.state === "failed" || job.state === "cancelled") {
      throw new Error(job.error ?? job.state);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(answer.statusText);
    job = await answer.json();
    showProgress(texts.working, job.progress);
  }
  return job.url;
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
    request.upload.onprogress = ({ loaded: done, total }) =>
      showProgress(done < total ? texts.uploading : texts.working, { done, total });
    request.onerror = () => reject(new Error(texts.noServer));
    request.onload = () => {
      const { status } = request;
      const body = request.response ?? {};
      const isMissing = status === 404 || status === 405;
      if (status < 400 || isMissing && path === "v1/jobs") resolve({ status, body });
      else reject(new Error(body.error ?? request.statusText));
    };
    request.send(form);
  });
}

function showProgress(what: string, progress: Job["progress"]): void {
  bar.hidden = false;
  if (progress && progress.total > 0) {
    bar.max = progress.total;
    bar.value = progress.done;
  } else bar.removeAttribute("value");
  say(what);
}
