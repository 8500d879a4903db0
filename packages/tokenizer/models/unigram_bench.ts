// MB/s = bytes of the text named in a row / time of the row. `deno bench --allow-read packages/tokenizer`
import { parseSentencePieceModel } from "../formats/sentencepiece_model.ts";
import { buildCharsmap } from "../normalizers/_charsmap_builder.ts";
import { nmtNfkcRules } from "../normalizers/_nmt_nfkc.ts";
import { SentencePieceTokenizer } from "../sentencepiece_tokenizer.ts";
import { trainUnigram } from "../trainers/train_unigram.ts";

const testdata = new URL("../../../testdata/tokenizer/", import.meta.url);
const lines = Deno.readTextFileSync(new URL("corpus.txt", testdata)).trimEnd().split("\n");
const model = parseSentencePieceModel(Deno.readFileSync(new URL("unigram.spm", testdata)));
model.normalizerSpec.precompiledCharsmap = buildCharsmap(nmtNfkcRules());
const tokenizer = new SentencePieceTokenizer(model);
const file = tokenizer.save();

const sentences = Array.from({ length: 400 }, () => lines).flat();
const bytes = new TextEncoder().encode(sentences.join("")).length;
const words = lines.join("").replaceAll(" ", "");
const noSpace = words.repeat(Math.ceil(2 ** 20 / words.length)).slice(0, 2 ** 20);
const ids = sentences.map((line) => tokenizer.encode(line).ids);

Deno.bench(`encode ${sentences.length} sentences, ${bytes} bytes`, { group: "encode" }, () => {
  for (const line of sentences) tokenizer.encode(line);
});

Deno.bench("encode 10,000 characters without a space", { group: "encode" }, () => {
  tokenizer.encode(noSpace.slice(0, 10_000));
});

Deno.bench("encode 1,048,576 characters without a space", { group: "encode" }, () => {
  tokenizer.encode(noSpace);
});

Deno.bench(`decode ${sentences.length} sentences, ${bytes} bytes`, { group: "decode" }, () => {
  for (const sentence of ids) tokenizer.decode(sentence);
});

Deno.bench(`load a model file of ${file.length} bytes`, { group: "load" }, () => {
  SentencePieceTokenizer.load(file);
});

Deno.bench("train 300 pieces on 60 sentences", { group: "train" }, async () => {
  await trainUnigram(lines, { vocabSize: 300 });
});
