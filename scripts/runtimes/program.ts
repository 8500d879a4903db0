/**
 * The programs that run in every runtime: what a stranger would write to translate with Heed.
 *
 * They have no `using`: bundlers leave that syntax as it is, and Node 20 cannot read it.
 *
 * @module
 */
import { files, joinPath } from "@heed/checkpoint";
import { Seq2SeqEngine, type SimdMode } from "@heed/engine";
import { MarianTokenizer } from "@heed/tokenizer";
import { Translator } from "@heed/translation";
import { sentences } from "./sentences.ts";

/** What a program is asked to do; plain data, so that it can be handed to any runtime. */
export interface Task {
  /** Model directory: a path or `file:` URL in Deno and Node, relative to the page in a browser. */
  readonly model: string;
  /** Threads that compute. */
  readonly threads: number;
  /** Whether the model's shortlist is looked for; default true. */
  readonly shortlist?: boolean;
  /** Address of the worker's module relative to the bundle, where it is not `engine_worker.js`. */
  readonly workerUrl?: string;
}

/** What a program tells; plain data too. */
export interface Report {
  /** Translation of every sentence. */
  readonly translations: readonly string[];
  /** Score of every translation. */
  readonly scores: readonly number[];
  /** How the engine computed. */
  readonly simd: string | undefined;
  /** Threads that it had. */
  readonly threads: number | undefined;
}

/**
 * Translates the sentences with a translator, which takes the best instructions that there are.
 *
 * @param task What to do.
 * @returns What came of it.
 */
export async function translate(
  { model, threads, shortlist, workerUrl }: Task,
): Promise<Report> {
  const translator = await Translator.load(model, {
    device: "wasm",
    dtype: "int8",
    threads,
    shortlist,
    workerUrl: besideBundle(workerUrl),
  });
  try {
    const best = (await translator.translate(sentences)).map(([first]) => first);
    return {
      translations: best.map(({ translation }) => translation),
      scores: best.map(({ score }) => score),
      simd: translator.device?.simd,
      threads: translator.device?.threads,
    };
  } finally {
    translator.dispose();
  }
}

/** What {@linkcode generate} is asked to do. */
export interface EngineTask extends Task {
  /** Instructions to use. */
  readonly simd: SimdMode;
}

/**
 * Translates every sentence as it is with the engine alone, all of them at once, so that every
 * thread gets some.
 *
 * @param task What to do.
 * @returns What came of it.
 */
export async function generate({ model, workerUrl, ...options }: EngineTask): Promise<Report> {
  const read = (name: string) => files.readBytes(joinPath(model, name));
  const tokenizer = MarianTokenizer.load({
    sourceSpm: await read("source.spm"),
    targetSpm: await read("target.spm"),
    vocab: await files.readText(joinPath(model, "vocab.json")),
  });
  const engine = await Seq2SeqEngine.load(model, {
    ...options,
    workerUrl: besideBundle(workerUrl),
  });
  try {
    const best = await Promise.all(sentences.map(async (sentence) => {
      const [[first]] = await engine.generate([tokenizer.encode(sentence).ids]);
      return first;
    }));
    return {
      translations: best.map(({ ids }) => tokenizer.decode(ids)),
      scores: best.map(({ score }) => score),
      simd: engine.simd,
      threads: engine.concurrency,
    };
  } finally {
    engine.dispose();
  }
}

function besideBundle(name: string | undefined): URL | undefined {
  return name === undefined ? undefined : new URL(name, import.meta.url);
}
