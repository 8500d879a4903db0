// Encodes texts for tokenizer_sentencepiece_compare.py: one JSON request a line in, one JSON object a line out.
// Usage: deno run --allow-read scripts/golden/tokenizer_sentencepiece_encode.ts MODEL < requests.jsonl
import { SentencePieceTokenizer } from "@heed/tokenizer";

interface Request {
  text: string;
  nBest?: number;
  draws?: number;
  alpha?: number;
}

const tokenizer = SentencePieceTokenizer.load(await Deno.readFile(Deno.args[0]));
const input = await new Response(Deno.stdin.readable).text();
const output: string[] = [];
for (const line of input.split("\n")) {
  if (line === "") continue;
  const { text, nBest, draws, alpha } = JSON.parse(line) as Request;
  if (draws !== undefined) {
    const samples = Array.from(
      { length: draws },
      (_, seed) => tokenizer.sample(text, { alpha, seed, nBest }).ids,
    );
    output.push(JSON.stringify({ samples }));
    continue;
  }
  const { ids, tokens, offsets } = tokenizer.encode(text);
  const cuts = nBest === undefined
    ? undefined
    : tokenizer.encodeNBest(text, nBest).map(({ encoding, score }) => ({
      ids: encoding.ids,
      offsets: encoding.offsets,
      score,
    }));
  output.push(JSON.stringify({ ids, tokens, offsets, text: tokenizer.decode(ids), cuts }));
}
const bytes = new TextEncoder().encode(output.join("\n") + "\n");
for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
