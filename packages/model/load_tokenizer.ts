import type { Path } from "@heed/checkpoint";
import {
  bertPipeline,
  byteLevelPipeline,
  parseVocabMerges,
  parseVocabTxt,
  PipelineTokenizer,
  SentencePieceTokenizer,
  type Tokenizer,
} from "@heed/tokenizer";
import { type ModelDirectory, type ModelSource, openModel } from "./directory.ts";

/** A tokenizer and where it came from. */
export interface LoadedTokenizer {
  /** The tokenizer. */
  readonly tokenizer: Tokenizer;
  /** What kind of file or directory it is, such as `tokenizer.json`. */
  readonly format: string;
}

/** What a directory is looked through for, the most complete description first. */
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
 * Loads the tokenizer of a model directory, of any kind.
 *
 * @param model Directory (path, URL, or open) with Marian's files, a `tokenizer.json`, a SentencePiece model, a
 * `vocab.txt`, or `vocab.json` and `merges.txt`; or a model package's assets.
 * @returns The tokenizer, and what it was loaded from.
 * @throws {Error} When there is none of these.
 * @throws {SyntaxError} When a file is broken; names the directory.
 *
 * @example
 * ```ts
 * import { loadTokenizer } from "@heed/model";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const { tokenizer, format } = await loadTokenizer(assets);
 * assertEquals([tokenizer.vocabSize, format], [8112, "Marian model folder"]);
 * ```
 */
export async function loadTokenizer(model: ModelSource): Promise<LoadedTokenizer> {
  const directory = await openModel(model);
  for (const name of NAMES) {
    if (!await directory.has(name)) continue;
    return await naming(directory.path, () => fromDirectory(directory, name));
  }
  throw new Error(
    `Cannot load a tokenizer from ${directory.path}: it has none of ${NAMES.join(", ")}`,
  );
}

/**
 * Loads a tokenizer from a file; where its format has several, from those beside it.
 *
 * @param path A `tokenizer.json`, `.spm`, `.model`, `vocab.txt`, or `vocab.json` or `merges.txt`.
 * @returns The tokenizer, and what it was loaded from.
 * @throws {SyntaxError} When a file is broken; names the path.
 *
 * @example
 * ```ts
 * import { loadTokenizerFile } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${directory}/vocab.txt`, "[UNK]\n[CLS]\n[SEP]\nplay\n##ing\n");
 * const { tokenizer, format } = await loadTokenizerFile(`${directory}/vocab.txt`);
 * assertEquals(format, "WordPiece vocabulary");
 * assertEquals(tokenizer.encode("Playing").ids, [1, 3, 4, 2]);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function loadTokenizerFile(path: Path): Promise<LoadedTokenizer> {
  const name = String(path).replace(/^.*[/\\]/, "");
  const directory = String(path).slice(0, String(path).length - name.length) || ".";
  const base = path instanceof URL ? new URL(".", path) : directory;
  return await naming(path, async () => await fromDirectory(await openModel(base), name));
}

/** Names the place in the errors of a format, which knows its file alone. */
async function naming<T>(path: Path, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`${path}: ${error.message}`, { cause: error });
  }
}

async function fromDirectory(directory: ModelDirectory, name: string): Promise<LoadedTokenizer> {
  if (name === "source.spm" && await directory.has("vocab.json")) {
    return { tokenizer: await directory.marianTokenizer(), format: "Marian model folder" };
  }
  if (/\.(?:spm|model)$/.test(name)) {
    const tokenizer = SentencePieceTokenizer.load(await directory.bytes(name));
    return { tokenizer, format: "SentencePiece model" };
  }
  const isMerges = name.endsWith("merges.txt");
  if (name.endsWith(".txt") && !isMerges) {
    // BERT's own tokenizer lower-cases when its configuration says nothing.
    const { do_lower_case: lowercase = true } = await directory.json("tokenizer_config.json");
    const vocab = parseVocabTxt(await directory.text(name));
    const pipeline = bertPipeline(vocab, { lowercase: Boolean(lowercase) });
    return { tokenizer: PipelineTokenizer.fromJson(pipeline), format: "WordPiece vocabulary" };
  }
  if (!isMerges && !name.endsWith("vocab.json")) {
    const tokenizer = PipelineTokenizer.parse(await directory.text(name));
    return { tokenizer, format: "tokenizer.json" };
  }
  const vocab = await directory.text(isMerges ? "vocab.json" : name);
  const merges = await directory.text("merges.txt");
  const pipeline = byteLevelPipeline(parseVocabMerges(vocab, merges));
  return {
    tokenizer: PipelineTokenizer.fromJson(pipeline),
    format: "byte-level BPE vocabulary and merges",
  };
}
