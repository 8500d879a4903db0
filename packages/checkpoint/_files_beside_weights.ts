/** What a model directory may hold beside its weights that is needed to run it. */
const NAMES = new Set([
  "added_tokens.json",
  "config.json",
  "generation_config.json",
  "merges.txt",
  "modules.json",
  "preprocessor_config.json",
  "sentence_bert_config.json",
  "sentencepiece.bpe.model",
  "shortlist.safetensors",
  "source.spm",
  "special_tokens_map.json",
  "spiece.model",
  "target.spm",
  "target_vocab.json",
  "tokenizer.json",
  "tokenizer.model",
  "tokenizer_config.json",
  "vocab.json",
  "vocab.txt",
]);
/** Settings of a sentence embedder's pooling. */
const POOLING = /^\d+_Pooling\/config\.json$/;

/** Whether a file of a model directory is needed beside the weights to run the model. */
export function isBesideWeights(path: string): boolean {
  return NAMES.has(path) || POOLING.test(path);
}
