import type { Tokenizer } from "@heed/tokenizer";
import type { ModelSource } from "@heed/model";
import { fileError } from "./output.ts";
import { bertPipeline, byteLevelPipeline } from "./tokenizer_pipelines.ts";

/** A tokenizer and where it came from. */
export interface LoadedTokenizer {
  readonly tokenizer: Tokenizer;
  /** What kind of file or folder it is, such as `tokenizer.json`. */
  readonly format: string;
}

/** Name of the format of MarianMT's model folders. */
const MARIAN = "Marian model folder";

/** What a folder is looked through for, the most complete description first. */
const NAMES = [
  "tokenizer.json",
  "source.spm",
  "spiece.model",
  "sentencepiece.bpe.model",
  "tokenizer.model",
  "vocab.txt",
  "merges.txt",
];

/**
 * Loads a tokenizer of any kind.
 *
 * @param path A `tokenizer.json`, `.spm`, `.model`, `vocab.txt`, or `vocab.json` with `merges.txt` beside it, or a folder
 *   with one of them or with Marian's files; the shipped model's tokenizer when left out
 */
export async function loadTokenizer(path?: string): Promise<LoadedTokenizer> {
  if (path === undefined) {
    const { shippedModels } = await import("@heed/translation");
    return await loadMarianTokenizer(await shippedModels[0].assets());
  }
  try {
    return await isDirectory(path) ? await loadDirectory(path) : await loadFile(path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`${path}: ${error.message}`, { cause: error });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (cause) {
    throw fileError("read", { path, cause });
  }
}

async function loadDirectory(directory: string): Promise<LoadedTokenizer> {
  const { files, joinPath } = await import("@heed/checkpoint");
  for (const name of NAMES) {
    const path = joinPath(directory, name);
    if (!await files.exists(path)) continue;
    if (name !== "source.spm") return await loadFile(String(path));
    return await loadMarianTokenizer(directory);
  }
  throw new Error(
    `Cannot load a tokenizer from ${directory}: it has none of ${NAMES.join(", ")}`,
  );
}

async function loadMarianTokenizer(model: ModelSource): Promise<LoadedTokenizer> {
  const { openModel } = await import("@heed/model");
  return { tokenizer: await (await openModel(model)).marianTokenizer(), format: MARIAN };
}

async function loadFile(path: string): Promise<LoadedTokenizer> {
  const { parseVocabMerges, parseVocabTxt, PipelineTokenizer, SentencePieceTokenizer } =
    await import("@heed/tokenizer");
  if (/\.(?:spm|model)$/.test(path)) {
    const tokenizer = SentencePieceTokenizer.load(await readBytes(path));
    return { tokenizer, format: "SentencePiece model" };
  }
  const isMerges = path.endsWith("merges.txt");
  const text = await readText(isMerges ? sibling(path, "vocab.json") : path);
  if (path.endsWith(".txt") && !isMerges) {
    const lowercase = await asksForLowercase(sibling(path, "tokenizer_config.json"));
    const tokenizer = PipelineTokenizer.fromJson(bertPipeline(parseVocabTxt(text), { lowercase }));
    return { tokenizer, format: "WordPiece vocabulary" };
  }
  if (!isMerges && !path.endsWith("vocab.json")) {
    return { tokenizer: PipelineTokenizer.parse(text), format: "tokenizer.json" };
  }
  const merges = await readText(sibling(path, "merges.txt"));
  const tokenizer = PipelineTokenizer.fromJson(byteLevelPipeline(parseVocabMerges(text, merges)));
  return { tokenizer, format: "byte-level BPE vocabulary and merges" };
}

/** Whether the configuration beside a vocabulary says that text is lower-cased, as BERT's does when it says nothing. */
async function asksForLowercase(path: string): Promise<boolean> {
  const { files } = await import("@heed/checkpoint");
  if (!await files.exists(path)) return true;
  return JSON.parse(await files.readText(path)).do_lower_case ?? true;
}

function sibling(path: string, name: string): string {
  return path.replace(/[^/\\]*$/, name);
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path));
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    throw fileError("read", { path, cause });
  }
}
