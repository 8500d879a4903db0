/// <reference lib="dom" />
import type { FromBrowserWorker, ToBrowserWorker } from "../browser/protocol.ts";
import { showLocalRequest, showResponse } from "./exchange.ts";
import { texts } from "./page.ts";
import type { Answer, Asked, TranslationSource } from "./translation_source.ts";

/** Translates in this browser: the engine and the models of the server, in a worker. */
export class BrowserSource implements TranslationSource {
  readonly #worker: Worker;
  readonly #listeners = new Map<number, (event: string, data: unknown) => void>();
  #last = 0;
  #hasFailed = false;

  /**
   * Starts the worker.
   *
   * @param onProgress Told of the bytes of a model as they arrive.
   */
  constructor(onProgress: (done: number, total: number) => void) {
    // The name tells this worker from those that the engine starts of the same module.
    this.#worker = new Worker("browser/worker.js", { type: "module", name: "heed-browser" });
    this.#worker.onmessage = ({ data: { id, event, data } }: MessageEvent<FromBrowserWorker>) => {
      const { done, total } = data as { done: number; total: number };
      if (id === 0) onProgress(done, total);
      else this.#listeners.get(id)?.(event, data);
    };
    this.#worker.onerror = () => this.close();
  }

  /**
   * Loads what a pair of languages needs.
   *
   * @returns What computes.
   */
  async prepare(asked: Asked): Promise<{ simd?: string; threads?: number }> {
    return await this.#ask("prepare", asked, {}) as { simd?: string; threads?: number };
  }

  /** Translates, and tells of the text as it comes. */
  async stream(
    asked: Asked,
    listener: { signal: AbortSignal; onEvent(event: string, data: unknown): void },
  ): Promise<void> {
    await this.#ask("stream", asked, listener);
  }

  /** Translates, with all that the model says. */
  async translate(asked: Asked & { alternatives: number }, signal: AbortSignal): Promise<Answer> {
    showLocalRequest(texts.noRequest, asked);
    const answer = await this.#ask("translate", asked, { signal });
    showResponse(answer);
    return (answer as { translations: Answer[] }).translations[0];
  }

  /** Ends the worker, and with it all that is under way. */
  close(): void {
    this.#hasFailed = true;
    this.#worker.terminate();
    for (const tell of this.#listeners.values()) tell("error", { error: texts.workerFailed });
  }

  #ask(
    ask: ToBrowserWorker["ask"],
    body: Asked,
    { signal, onEvent }: { signal?: AbortSignal; onEvent?(event: string, data: unknown): void },
  ): Promise<unknown> {
    const id = ++this.#last;
    const post = (message: ToBrowserWorker) => this.#worker.postMessage(message);
    return new Promise((resolve, reject) => {
      const cancel = () => {
        post({ id, ask: "cancel", body });
        finish();
        reject(signal!.reason);
      };
      const finish = () => {
        this.#listeners.delete(id);
        signal?.removeEventListener("abort", cancel);
      };
      this.#listeners.set(id, (event, data) => {
        if (event !== "done" && event !== "error") return onEvent?.(event, data);
        finish();
        if (event === "done") resolve(data);
        else reject(new Error((data as { error: string }).error));
      });
      signal?.addEventListener("abort", cancel);
      if (this.#hasFailed) this.close();
      else post({ id, ask, body });
    });
  }
}
