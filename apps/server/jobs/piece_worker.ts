import { RequestError } from "../errors.ts";
import type { TranslationService } from "../service.ts";
import { StoreError } from "../store/database.ts";
import type { Piece } from "./job.ts";
import type { BegunPiece, JobStore } from "./job_store.ts";
import type { Jobs } from "./jobs.ts";
import { translateFile } from "./translate_file.ts";

/** How {@linkcode workOff} works. */
export interface WorkOptions {
  /** Pieces at a time. Default 2: one is stored and fetched while the other is translated. */
  readonly atOnce?: number;
  /** Told of each piece that was kept. */
  readonly onPiece?: (piece: Piece) => void;
}

/** How often a worker asks whether its piece is still wanted, in milliseconds. */
const askEvery = 2000;
/** How often a piece whose translation failed is tried. */
const mostFailures = 3;
/** Characters of a file of which the language is detected. */
const detectedCharacters = 5000;

/**
 * Translates the pieces of jobs, those of this process and of others.
 *
 * @param jobs The jobs; stop them to end the work.
 * @param service What translates.
 * @param options How many at a time.
 */
export async function workOff(
  jobs: Jobs,
  service: TranslationService,
  { atOnce = 2, onPiece = () => {} }: WorkOptions = {},
): Promise<void> {
  const { records } = jobs;
  await jobs.tasks.work(
    async (piece, { tries, signal }) => {
      const begun = await records.begin(piece);
      if (begun === undefined) return; // done, cancelled or forgotten
      const end = new AbortController();
      const ended = AbortSignal.any([signal, end.signal]);
      const asking = setInterval(async () => {
        const wanted = await records.isWanted(piece).catch(() => true);
        if (!wanted) end.abort(new Error("Nobody waits for it any more"));
      }, askEvery);
      try {
        const result = await translatePiece(begun, { piece, records, service, signal: ended });
        const kept = await untilItWorks(() => records.finish(piece, result), signal);
        if (kept) onPiece(piece);
      } catch (error) {
        if (end.signal.aborted) return;
        if (signal.aborted || (error instanceof StoreError && error.isPassing)) throw error;
        const isFinal = [SyntaxError, RangeError, RequestError].some((kind) =>
          error instanceof kind
        );
        if (!isFinal && tries + 1 < mostFailures) throw error;
        const { message } = error as Error;
        await untilItWorks(
          () => records.end(piece.job, { state: "failed", error: message }),
          signal,
        );
      } finally {
        clearInterval(asking);
      }
    },
    {
      atOnce,
      onAbandoned: ({ job }) =>
        records.end(job, { state: "failed", error: "Workers ended again and again while at it" }),
    },
  );
}

async function translatePiece(
  { bytes, format, source, target }: BegunPiece,
  { piece, records, service, signal }: {
    piece: Piece;
    records: JobStore;
    service: TranslationService;
    signal: AbortSignal;
  },
): Promise<Uint8Array> {
  let from = source;
  return await translateFile(bytes, {
    format,
    signal,
    async translate(texts, { format }) {
      if (from === "auto") from = await languageOf(texts, service);
      const client = `job ${piece.job}`;
      const request = {
        texts,
        source: from,
        target,
        format,
        client,
        signal,
        alternatives: 0,
        textsOnly: true,
      };
      const translated = await whenNotBusy(() => service.translate(request), signal);
      return translated.map(({ text }) => text);
    },
    onProgress: ({ done, total }) => void records.progress(piece, done, total).catch(() => {}),
  });
}

/** The language of texts, detected of the first of them together. */
async function languageOf(
  texts: readonly string[],
  service: TranslationService,
): Promise<string> {
  let sample = "";
  for (const text of texts) {
    if (sample.length >= detectedCharacters) break;
    sample += `${text.slice(0, detectedCharacters)}\n`;
  }
  const [{ language, confidence }] = await service.detect(sample);
  return confidence > 0 ? language : "auto";
}

/** Waits while the queue of the model is full: a job is not refused, it takes its time. */
async function whenNotBusy<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== 503) throw error;
      await pause((error.retryAfter ?? 1) * 1000, signal);
    }
  }
}

/** Does what needs the store, again and again while it is away: the work behind it must not be lost. */
async function untilItWorks<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let wait = 250;; wait = Math.min(2 * wait, 4000)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError) || !error.isPassing) throw error;
      await pause(wait, signal);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
