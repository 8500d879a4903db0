import type { EncoderHeadName } from "@heed/model";
import { RequestError } from "../errors.ts";
import { EncoderQueue } from "./encoder_queue.ts";
import type { ServedEncoder, ServedTextModel, ServedWriter } from "./served_text_models.ts";
import { WriterQueue } from "./writer_queue.ts";

type Queue = EncoderQueue | WriterQueue;

/**
 * The models of a server for other work than translating, each loaded when it is first asked.
 *
 * @example
 * ```ts
 * import { servedTextModels, TextModels } from "@heed/server";
 * import { assertEquals } from "@std/assert";
 *
 * const { textModels } = await servedTextModels(["testdata/engine/gpt2"]);
 * using models = new TextModels(textModels);
 * assertEquals(models.names, ["gpt2"]);
 * assertEquals(models.load.loaded, 0); // none before somebody asks
 * ```
 */
export class TextModels {
  /** What requests call them. */
  readonly names: readonly string[];
  readonly #served: readonly ServedTextModel[];
  readonly #loading = new Map<ServedTextModel, Promise<Queue>>();
  readonly #queues = new Set<Queue>();
  readonly #maxWaiting: number;

  /**
   * Offers models.
   *
   * @param served The models.
   * @param options `maxWaiting`: most texts that wait for one model.
   */
  constructor(served: readonly ServedTextModel[] = [], { maxWaiting = 4096 } = {}) {
    this.#served = served;
    this.#maxWaiting = maxWaiting;
    this.names = served.map(({ name }) => name);
  }

  /** Texts that wait, and batches under way, of all models. */
  get load(): { readonly waiting: number; readonly running: number; readonly loaded: number } {
    const loads = [...this.#queues].map(({ load }) => load);
    return {
      waiting: loads.reduce((sum, { waiting }) => sum + waiting, 0),
      running: loads.reduce((sum, { running }) => sum + running, 0),
      loaded: loads.length,
    };
  }

  /** Whether there is an encoder, with this head if one is named. */
  hasEncoder(head?: EncoderHeadName): boolean {
    return this.#encoders(head).length > 0;
  }

  /** Whether there is a language model. */
  get hasWriter(): boolean {
    return this.#writers().length > 0;
  }

  /**
   * Finds an encoder.
   *
   * @param name What a request calls it; undefined for the first.
   * @param head The head that it has to have.
   * @returns The way to it, and its name.
   * @throws {RequestError} 404 when there is none of this name.
   * @internal
   */
  async encoder(
    name: string | undefined,
    head?: EncoderHeadName,
  ): Promise<{ name: string; queue: EncoderQueue }> {
    const served = chosen(this.#encoders(head), name);
    return { name: served.name, queue: await this.#load(served) as EncoderQueue };
  }

  /**
   * Finds a language model.
   *
   * @param name What a request calls it; undefined for the first.
   * @returns The way to it, and its name.
   * @throws {RequestError} 404 when there is none of this name.
   * @internal
   */
  async writer(name: string | undefined): Promise<{ name: string; queue: WriterQueue }> {
    const served = chosen(this.#writers(), name);
    return { name: served.name, queue: await this.#load(served) as WriterQueue };
  }

  /** Releases all models. */
  dispose(): void {
    for (const queue of this.#queues) queue.dispose();
    this.#loading.clear();
    this.#queues.clear();
  }

  /** Releases all models at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #encoders(head?: EncoderHeadName): ServedEncoder[] {
    return this.#served.filter((served) => served.kind === "encoder")
      .filter((served) => head === undefined || served.head === head);
  }

  #writers(): ServedWriter[] {
    return this.#served.filter((served) => served.kind === "decoder");
  }

  #load(served: ServedTextModel): Promise<Queue> {
    const known = this.#loading.get(served);
    if (known) return known;
    const loading = this.#open(served).then((queue) => {
      this.#queues.add(queue);
      return queue;
    });
    // A model that could not be loaded is tried again with the next request.
    loading.catch(() => this.#loading.delete(served));
    this.#loading.set(served, loading);
    return loading;
  }

  async #open(served: ServedTextModel): Promise<Queue> {
    const limits = { maxWaiting: this.#maxWaiting };
    return served.kind === "encoder"
      ? new EncoderQueue(await served.load(), limits)
      : new WriterQueue(await served.load());
  }
}

function chosen<Served extends ServedTextModel>(
  offered: readonly Served[],
  name: string | undefined,
): Served {
  const found = name === undefined ? offered[0] : offered.find((served) => served.name === name);
  if (found) return found;
  const names = offered.map(({ name }) => name).join(", ");
  throw new RequestError(404, `There is no such model here: ask for one of ${names}`);
}
