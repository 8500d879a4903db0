// MB/s = bytes of the text named in a row / time of the row. `deno bench --allow-read packages/tokenizer`
import { SentencePieceTokenizer } from "../sentencepiece_tokenizer.ts";

const testdata = new URL("../../../testdata/tokenizer/", import.meta.url);
const lines = Deno.readTextFileSync(new URL("corpus.txt", testdata)).trimEnd().split("\n");
const tokenizer = SentencePieceTokenizer.load(
  Deno.readFileSync(new URL("sentencepiece/bpe.spm", testdata)),
);

const sentences = Array.from({ length: 400 }, () => lines).flat();
const bytes = new TextEncoder().encode(sentences.join("")).length;
const words = lines.join("").replaceAll(" ", "");
const noSpace = words.repeat(Math.ceil(2 ** 20 / words.length)).slice(0, 2 ** 20);

Deno.bench(`encode ${sentences.length} sentences, ${bytes} bytes`, { group: "encode" }, () => {
  for (const line of sentences) tokenizer.encode(line);
});

Deno.bench(`encode them with offsets, ${bytes} bytes`, { group: "encode" }, () => {
  for (const line of sentences) tokenizer.encode(line).offsets;
});

Deno.bench(`sample them, ${bytes} bytes`, { group: "encode" }, () => {
  for (const [seed, line] of sentences.entries()) tokenizer.sample(line, { seed });
});

Deno.bench("encode 10,000 characters without a space", { group: "long" }, () => {
  tokenizer.encode(noSpace.slice(0, 10_000));
});

Deno.bench("encode 1,048,576 characters without a space", { group: "long" }, () => {
  tokenizer.encode(noSpace);
});
