// Encodes and decodes texts for tokenizer_json_compare.py: one JSON string or pair a line in, one JSON object a line out.
// Usage: deno run --allow-read scripts/golden/tokenizer_json_encode.ts TOKENIZER_JSON < texts.jsonl
import { codePointOffsets, PipelineTokenizer } from "@heed/tokenizer";

const [path] = Deno.args;
const tokenizer = PipelineTokenizer.parse(await Deno.readTextFile(path));

const input = await new Response(Deno.stdin.readable).text();
const encoder = new TextEncoder();
let waiting: string[] = [];

async function flush(): Promise<void> {
  const bytes = encoder.encode(waiting.join(""));
  waiting = [];
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}

for (const line of input.split("\n")) {
  if (line === "") continue;
  const text = JSON.parse(line) as string | [string, string];
  const texts = typeof text === "string" ? [text] : text;
  const encoding = texts.length === 1
    ? tokenizer.encode(texts[0])
    : tokenizer.encodePair(texts[0], texts[1]);
  const { ids, tokens, typeIds, wordIds, specialTokensMask, sequenceIds } = encoding;
  const points = texts.map((text) => codePointOffsets(encoding.offsets, text));
  waiting.push(
    JSON.stringify({
      ids,
      tokens,
      offsets: encoding.offsets.map((offset, i) => points[sequenceIds[i] ?? -1]?.[i] ?? offset),
      typeIds,
      wordIds: wordIds.map((id) => id ?? null),
      specialTokensMask,
      text: tokenizer.decode(ids),
      fullText: tokenizer.decode(ids, { skipSpecialTokens: false }),
    }) + "\n",
  );
  if (waiting.length >= 1000) await flush();
}
await flush();
