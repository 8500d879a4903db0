// Encodes and decodes texts for tokenizer_compare.py: one JSON string a line in, one JSON object a line out.
// Usage: deno run --allow-read scripts/golden/tokenizer_encode.ts DIRECTORY_OR_SPM < texts.jsonl
import { MarianTokenizer, SentencePieceTokenizer } from "@heed/tokenizer";

const [path] = Deno.args;
const isDirectory = (await Deno.stat(path)).isDirectory;
const read = (name: string) => Deno.readFile(`${path}/${name}`);
const pieces = SentencePieceTokenizer.load(
  isDirectory ? await read("source.spm") : await Deno.readFile(path),
);
const marian = isDirectory
  ? MarianTokenizer.load({
    sourceSpm: await read("source.spm"),
    targetSpm: await read("target.spm"),
    vocab: await Deno.readTextFile(`${path}/vocab.json`),
    config: JSON.parse(await Deno.readTextFile(`${path}/tokenizer_config.json`)),
  })
  : undefined;

const input = await new Response(Deno.stdin.readable).text();
const output: string[] = [];
for (const line of input.split("\n")) {
  if (line === "") continue;
  const text = JSON.parse(line) as string;
  const { ids, tokens } = pieces.encode(text);
  const result: Record<string, unknown> = { ids, tokens, text: pieces.decode(ids) };
  if (marian !== undefined) {
    result.marianIds = marian.encode(text).ids;
    result.marianTargetIds = marian.encodeTarget(text).ids;
    result.marianText = marian.decode(result.marianIds as number[]);
    result.marianFullText = marian.decode(result.marianIds as number[], {
      skipSpecialTokens: false,
    });
  }
  output.push(JSON.stringify(result));
}
const bytes = new TextEncoder().encode(output.join("\n") + "\n");
for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
