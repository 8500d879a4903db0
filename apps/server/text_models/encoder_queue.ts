import type { ClassifiedText, MaskCandidate, TextEncoderModel } from "@heed/bert";
import { unitVector } from "@heed/model";
import { RequestError } from "../errors.ts";
import { BatchQueue, type QueueLimits } from "../queue/batch_queue.ts";

/** A text, or ids of the model's own tokenizer, which are taken as they are. */
export type EncoderInput = string | readonly number[];

/** Who asks. */
export interface Asker {
  /** Clients take turns. */
  readonly client: string;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** How vectors are made. */
export interface VectorOptions extends Asker {
  /** Whether they are scaled to length 1; default as the model says. */
  readonly normalize?: boolean | undefined;
  /** Whether texts that are too long are cut; else they are refused. */
  readonly truncate?: boolean;
}

/** Vectors, and what they cost. */
export interface Vectors {
  /** One for each text. */
  readonly vectors: readonly Float32Array[];
  /** Tokens that were read. */
  readonly tokens: number;
}

/** Something that an encoder is asked; those with the same task share batches. */
type Question =
  | { readonly task: "text" | "ids"; readonly input: EncoderInput; readonly normalize?: boolean }
  | { readonly task: "classify"; readonly input: string }
  | { readonly task: "fill"; readonly input: string; readonly top: number };

/** The one way to an encoder, which texts of all clients share. */
export class EncoderQueue {
  readonly #encoder: TextEncoderModel;
  readonly #queue: BatchQueue<Question, unknown>;

  /**
   * Makes the queue of an encoder, which it owns.
   *
   * @param encoder The encoder.
   * @param limits Sizes and delay of the batches, and how much may wait.
   */
  constructor(encoder: TextEncoderModel, limits: QueueLimits = {}) {
    this.#encoder = encoder;
    this.#queue = new BatchQueue({
      concurrency: encoder.model.concurrency,
      run: (questions, signal) => answer(encoder, { questions, signal }),
    }, { ...limits, maxTokens: 8192 });
  }

  /** How many texts wait, and how many batches are under way. */
  get load(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#queue.waiting, running: this.#queue.running };
  }

  /** Numbers of a vector. */
  get dimensions(): number {
    return this.#encoder.config.hiddenSize;
  }

  /**
   * Turns texts into vectors.
   *
   * @throws {RequestError} 400 when a text is too long, or an id is none of the model's.
   */
  async embed(
    inputs: readonly EncoderInput[],
    { normalize, truncate = false, ...asker }: VectorOptions,
  ): Promise<Vectors> {
    const { maxTokens, sentence } = this.#encoder;
    const lengths = inputs.map((input, i) => this.#lengthOf(input, { number: i, truncate }));
    const scaled = normalize ?? sentence.normalize;
    const questions = inputs.map((input): Question => ({
      task: typeof input === "string" ? "text" : "ids",
      input,
      normalize: scaled,
    }));
    const vectors = await this.#ask<Float32Array>(questions, asker);
    const tokens = lengths.reduce((sum, length) => sum + Math.min(length, maxTokens), 0);
    return { vectors, tokens };
  }

  /** Gives each text the labels of the model's classifier, the likeliest first. */
  async classify(texts: readonly string[], asker: Asker): Promise<ClassifiedText[]> {
    for (const [number, text] of texts.entries()) this.#lengthOf(text, { number });
    return await this.#ask(texts.map((input): Question => ({ task: "classify", input })), asker);
  }

  /**
   * Guesses the words that are missing in texts.
   *
   * @throws {RequestError} 400 when none is missing, or a text is too long.
   */
  async fillMask(
    texts: readonly string[],
    { top, ...asker }: Asker & { readonly top: number },
  ): Promise<MaskCandidate[][][]> {
    texts.forEach((text, number) => {
      this.#lengthOf(text, { number });
      if (/\[MASK\]|<mask>/.test(text)) return;
      throw new RequestError(
        400,
        `Invalid request: text ${number + 1} has no gap: write [MASK] or <mask> where it is`,
      );
    });
    return await this.#ask(texts.map((input): Question => ({ task: "fill", input, top })), asker);
  }

  /** Releases the encoder. What still waits is told so. */
  dispose(): void {
    this.#queue.close();
    this.#encoder.dispose();
  }

  async #ask<Result>(questions: readonly Question[], asker: Asker): Promise<Result[]> {
    const results: unknown[] = new Array(questions.length);
    const groups = Map.groupBy(questions.keys(), (i) => keyOf(questions[i]));
    await Promise.all([...groups].map(async ([key, items]) => {
      const asked = items.map((i) => questions[i]);
      const found = await this.#queue.ask(asked, { ...asker, key, sizeOf });
      items.forEach((item, i) => results[item] = found[i]);
    }));
    return results as Result[];
  }

  /** Tokens of an input. */
  #lengthOf(
    input: EncoderInput,
    { number, truncate = false }: { number: number; truncate?: boolean },
  ): number {
    const { tokenizer, maxTokens, sentence, config } = this.#encoder;
    const ids = typeof input === "string" ? tokenizer.encode(sentence.prompt + input).ids : input;
    if (typeof input !== "string") {
      const wrong = input.find((id) => id >= config.vocabSize);
      if (wrong !== undefined) {
        throw new RequestError(
          400,
          `Invalid request: token ${wrong} is none of the model's ${config.vocabSize}`,
        );
      }
    }
    const isCut = truncate && typeof input === "string";
    if (ids.length <= maxTokens || isCut) return ids.length;
    throw new RequestError(
      400,
      `Invalid request: text ${
        number + 1
      } has ${ids.length} tokens, and the model reads ${maxTokens}`,
    );
  }
}

function keyOf(question: Question): string {
  if (question.task === "fill") return `fill ${question.top}`;
  if (question.task === "classify") return "classify";
  return `${question.task} ${question.normalize}`;
}

/** About as many tokens as a text has. */
function sizeOf({ input }: Question): number {
  return typeof input === "string" ? Math.ceil(input.length / 4) : input.length;
}

/** Answers questions of one task. */
async function answer(
  encoder: TextEncoderModel,
  { questions, signal }: { questions: readonly Question[]; signal: AbortSignal },
): Promise<unknown[]> {
  const [first] = questions;
  const texts = questions.map(({ input }) => input as string);
  switch (first.task) {
    case "text":
      return await encoder.embed(texts, { normalize: first.normalize, signal });
    case "ids": {
      const { pooling } = encoder.sentence;
      const ids = questions.map(({ input }) => input as readonly number[]);
      const vectors = await encoder.model.pool(ids, { pooling, signal });
      return first.normalize ? vectors.map((vector) => unitVector(vector)) : vectors;
    }
    case "classify":
      return await encoder.classify(texts, { signal });
    case "fill":
      return await Promise.all(
        texts.map((text) => encoder.fillMask(text, { top: first.top, signal })),
      );
  }
}
