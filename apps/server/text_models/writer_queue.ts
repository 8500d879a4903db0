import { streamText, type StreamTextOptions } from "@heed/gpt";
import { RequestError } from "../errors.ts";
import { BatchQueue, type QueueLimits } from "../queue/batch_queue.ts";
import type { WriterParts } from "./served_text_models.ts";

/** How a text is continued. */
export interface WriteOptions extends StreamTextOptions {
  /** Who asks: clients take turns. */
  readonly client: string;
  /** Most tokens that are written. */
  readonly maxNewTokens: number;
  /** Gets each piece as it is written. */
  readonly onPiece: (piece: string) => Promise<void> | void;
  /** Ends the writing. */
  readonly signal: AbortSignal;
}

/** What was written. */
export interface Written {
  /** Tokens of the prompt. */
  readonly promptTokens: number;
  /** Tokens that were written. */
  readonly newTokens: number;
  /** Why there is no more: the text came to its end or to a stop string, or has its length. */
  readonly reason: "stop" | "length";
}

type Writing = (signal: AbortSignal) => Promise<Written>;

/** The one way to a language model: texts of all clients are written in turns, as many at once as there are threads. */
export class WriterQueue {
  readonly #parts: WriterParts;
  readonly #queue: BatchQueue<Writing, Written>;

  /**
   * Makes the queue of a language model, which it owns.
   *
   * @param parts The model and its tokenizer.
   * @param limits How much may wait.
   */
  constructor(parts: WriterParts, { maxWaiting = 256 }: Pick<QueueLimits, "maxWaiting"> = {}) {
    this.#parts = parts;
    this.#queue = new BatchQueue({
      concurrency: parts.model.concurrency,
      run: ([write], signal) => write(signal).then((written) => [written]),
    }, { batchSize: 1, delay: 0, maxWaiting });
  }

  /** How many texts wait, and how many are being written. */
  get load(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#queue.waiting, running: this.#queue.running };
  }

  /**
   * Refuses a prompt that leaves no room.
   *
   * @returns Tokens of the prompt.
   * @throws {RequestError} 400 when it is too long.
   */
  checkPrompt(prompt: string, maxNewTokens: number): number {
    const { maxPositionEmbeddings: positions } = this.#parts.model.config;
    const { length } = this.#parts.tokenizer.encode(prompt).ids;
    if (length + maxNewTokens <= positions) return length;
    throw new RequestError(
      400,
      `Invalid request: ${length} tokens and ${maxNewTokens} more are too many: the model has ` +
        `${positions} positions`,
    );
  }

  /** Continues a text. */
  async write(
    prompt: string,
    { client, onPiece, signal, ...options }: WriteOptions,
  ): Promise<Written> {
    const promptTokens = this.checkPrompt(prompt, options.maxNewTokens);
    const write = async (signal: AbortSignal): Promise<Written> => {
      const { model, tokenizer } = this.#parts;
      const ids: number[] = [];
      const counting = {
        config: model.config,
        generate: (prompts: number[][], { onToken, ...hooks }: GenerateHooks) =>
          model.generate(prompts, {
            ...hooks,
            onToken: (token) => {
              ids.push(token.id);
              onToken?.(token);
            },
          }),
      };
      let written = "";
      for await (const piece of streamText(counting, prompt, { ...options, tokenizer, signal })) {
        written += piece;
        await onPiece(piece);
      }
      const isEnd = ids.at(-1) === model.config.eosTokenId || ids.length < options.maxNewTokens ||
        written.length < tokenizer.decode(ids).length; // a stop string was cut off
      return { promptTokens, newTokens: ids.length, reason: isEnd ? "stop" : "length" };
    };
    const asked = { client, key: "", signal, sizeOf: () => 1 };
    const [written] = await this.#queue.ask([write], asked);
    return written;
  }

  /** Releases the model. What still waits is told so. */
  dispose(): void {
    this.#queue.close();
    this.#parts.model.dispose();
  }
}

type GenerateHooks = NonNullable<Parameters<WriterParts["model"]["generate"]>[1]>;
