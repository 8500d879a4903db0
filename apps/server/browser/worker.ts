/**
 * The worker in which a browser translates by itself: a bundle with the engine, which is also the module of the
 * engine's own workers.
 *
 * @module
 */
import "@heed/engine/worker";
import { LocalTranslations } from "./local_translations.ts";
import type { SharedModel } from "../page/shared_models.ts";
import type { FromBrowserWorker, ToBrowserWorker } from "./protocol.ts";

/** What of a worker's scope is used. */
interface Scope {
  readonly name: string;
  readonly location: { readonly href: string };
  postMessage(message: FromBrowserWorker): void;
  onmessage: ((event: { data: ToBrowserWorker }) => void) | null;
}

/** Name that the page gives this worker; those of the engine have another. */
const NAME = "heed-browser";
/** More threads than this seldom pay for what somebody types, and each takes memory. */
const mostThreads = 4;

const scope = globalThis as unknown as Scope;
if ("WorkerGlobalScope" in scope && scope.name === NAME) serve();

function serve(): void {
  const { href } = scope.location;
  let local: Promise<LocalTranslations> | undefined;
  const underWay = new Map<number, AbortController>();
  scope.onmessage = async ({ data: { id, ask, body } }) => {
    if (ask === "cancel") return underWay.get(id)?.abort(new Error("Nobody waits any more"));
    const end = new AbortController();
    underWay.set(id, end);
    const onEvent = (event: string, data: unknown) => scope.postMessage({ id, event, data });
    const listener = { signal: end.signal, onEvent };
    try {
      local ??= openModels(href);
      const translations = await local;
      onEvent("done", await translations[ask](body, listener) ?? {});
    } catch (error) {
      local?.catch(() => local = undefined); // tried again with the next request
      onEvent("error", { error: (error as Error).message });
    } finally {
      underWay.delete(id);
    }
  };
}

async function openModels(href: string): Promise<LocalTranslations> {
  const answer = await fetch(new URL("models.json", href));
  if (!answer.ok) throw new Error(`Cannot read the list of models: ${answer.status}`);
  return new LocalTranslations(await answer.json() as SharedModel[], {
    base: new URL("models/", href),
    workerUrl: new URL(href),
    threads: Math.max(1, Math.min(mostThreads, (navigator.hardwareConcurrency ?? 2) - 1)),
    // The question of nobody in particular: a model may be fetched for several.
    onProgress: (done, total) =>
      scope.postMessage({ id: 0, event: "progress", data: { done, total } }),
  });
}
