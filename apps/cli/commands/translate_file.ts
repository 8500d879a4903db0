import type { DocumentFormat } from "@heed/documents";
import type { TranslateOptions } from "@heed/translation";
import type { TextTranslator } from "../choose_translator.ts";
import { fileError } from "../file_error.ts";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { openOutput } from "../output.ts";
import { type Progress, startProgress } from "../progress.ts";

/** Formats of files that are translated as a whole, for `--format`. */
export const fileFormats = [
  "md",
  "srt",
  "vtt",
  "po",
  "xliff",
  "json",
  "docx",
  "odt",
  "pptx",
  "epub",
] as const;

/** What `--format` may say. */
export type AskedFormat = "auto" | "text" | "html" | (typeof fileFormats)[number];

/** A file that is translated as a whole. */
export interface FileInput {
  readonly path: string;
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
}

/** What of the command says which file that is. */
interface FileRequest {
  readonly format: AskedFormat;
  readonly input?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly confidence?: boolean;
  readonly numReturnSequences: number;
}

/** Bytes that a file may have: all of it is in memory. */
const mostBytes = 256 << 20;

/**
 * Says whether a command translates a file as a whole: one of a format that is not lines, given as the only text or
 * with `--input`.
 *
 * @returns The file; undefined where texts or lines are translated.
 */
export async function fileInput(
  texts: readonly string[],
  request: FileRequest,
): Promise<FileInput | undefined> {
  const path = request.input ?? (texts.length === 1 ? texts[0] : undefined);
  const { documentFormat } = await import("@heed/documents");
  const named = path === undefined ? undefined : documentFormat(path);
  const { format: asked } = request;
  const isAsked = (fileFormats as readonly string[]).includes(asked);
  const format = isAsked ? asked as DocumentFormat : asked === "auto" ? named : undefined;
  if (format === undefined) return undefined;
  const isDetailed = request.json || request.confidence || request.numReturnSequences > 1;
  if (path === undefined) {
    if (!isAsked) return undefined;
    throw new UsageError(`Cannot translate ${asked} without a file: name one`);
  }
  // Lines of a text as they come, and of HTML what only a translator of texts tells.
  if (request.input !== undefined && (format === "txt" || format === "html" && isDetailed)) {
    return undefined;
  }
  // A text may end as the name of a file does, but not without a space.
  if (request.input === undefined && !isAsked && /\s/.test(path) && !(await isFile(path))) {
    return undefined;
  }
  if (isDetailed) {
    throw new UsageError(
      `Cannot tell more of ${path} than its translation: leave out --json, --confidence and ` +
        "--num-return-sequences",
    );
  }
  if (request.output === undefined && /^(?:docx|odt|pptx|epub)$/.test(format)) {
    throw new UsageError(`Cannot write ${format} to standard output: add --output FILE`);
  }
  return { path, format, bytes: await readWhole(path) };
}

async function isFile(path: string): Promise<boolean> {
  // Asked for, and not just tried: in a terminal Deno would stop and ask the user.
  if ((await Deno.permissions.query({ name: "read", path })).state !== "granted") return false;
  return (await Deno.stat(path).catch(() => undefined))?.isFile ?? false;
}

/** Options of {@linkcode translateFile}. */
export interface TranslateFileOptions {
  readonly translator: TextTranslator;
  readonly options: TranslateOptions;
  readonly output: string | undefined;
  readonly host: Host;
}

/** Translates a file, and writes it when all of it is translated. */
export async function translateFile(
  { path, format, bytes }: FileInput,
  { translator, options, output: outputPath, host }: TranslateFileOptions,
): Promise<void> {
  const { translateDocument } = await import("@heed/documents");
  const started = performance.now();
  let progress: Promise<Progress> | undefined;
  try {
    const translated = await translateDocument(bytes, {
      format,
      signal: host.signal,
      async translate(texts, { format }) {
        // What has tags within has no mnemonics: their & would begin an entity.
        const mnemonics = format === "html" ? undefined : options.mnemonics;
        const results = await translator.translate([...texts], { ...options, format, mnemonics });
        return results.map(([best]) => best.translation);
      },
      onProgress({ done, total }) {
        const sharesTerminal = host.stdoutIsTerminal && outputPath === undefined;
        progress ??= startProgress(host, { total, unit: "texts", sharesTerminal });
        const rate = done / (performance.now() - started) * 1000;
        progress.then((shown) => shown.update(done, `${rate.toFixed(1)} texts/s`));
      },
    });
    await using output = await openOutput(host, { path: outputPath, paths: [path] });
    await output.write(translated);
    await output.finish();
  } finally {
    (await progress)?.[Symbol.dispose]();
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
    if (info.isDirectory) throw new Deno.errors.IsADirectory();
    if (info.size <= mostBytes) return await Deno.readFile(path);
  } catch (cause) {
    throw fileError("read", { path, cause });
  }
  throw new RangeError(`Cannot read ${path}: it has more than ${mostBytes >> 20} MB; divide it`);
}
