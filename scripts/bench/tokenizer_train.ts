/**
 * Trains a Unigram vocabulary in a process of its own; prints one JSON line.
 *
 *     deno run --allow-all scripts/bench/tokenizer_train.ts LINES VOCAB_SIZE OUTPUT
 */
import { readLines } from "@heed/checkpoint";
import { trainUnigram } from "@heed/tokenizer";

const [path, vocabSize, output] = Deno.args;

async function* lines(): AsyncGenerator<string> {
  for await (const { text } of readLines(path)) if (text !== undefined) yield text;
}

const start = performance.now();
const tokenizer = await trainUnigram(lines(), { vocabSize: Number(vocabSize) });
const ms = performance.now() - start;
await Deno.writeFile(output, tokenizer.save());
const status = await Deno.readTextFile("/proc/self/status");
const peakRssMb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
console.log(JSON.stringify({ ms, peakRssMb }));
