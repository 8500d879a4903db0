import { assertAlmostEquals, assertEquals } from "@std/assert";
import { processorsFromOptions } from "./logits_processors.ts";
import { resolveSampling } from "./sampling_options.ts";
import type { SearchOptions } from "./types.ts";

/** Options under the names that transformers has for them. */
interface GoldenCase {
  hash: number;
  vocab: number;
  spread: number;
  prompt: number[];
  generated: number[];
  temperature?: number;
  top_k?: number;
  top_p?: number;
  min_p?: number;
  typical_p?: number;
  repetition_penalty?: number;
  no_repeat_ngram_size?: number;
  bad_words_ids?: number[][];
  min_new_tokens?: number;
  /** Scores of the tokens that stay; of many the first and the last ten. */
  kept: Record<string, number>;
  count?: number;
}

const golden: { program: string; eosTokenId: number; cases: GoldenCase[] } = JSON.parse(
  await Deno.readTextFile(new URL("../../testdata/search/sampling.json", import.meta.url)),
);

/** The logits of scripts/golden/sampling.py. */
function logitsOf({ hash, vocab, spread }: GoldenCase): Float32Array {
  return Float32Array.from({ length: vocab }, (_, id) => {
    const bits = scramble(hash + Math.imul(id, 0x9e3779b1)) >>> 12;
    return (bits / 131072 - 4) * spread;
  });
}

function scramble(x: number): number {
  x >>>= 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

function processed(wanted: GoldenCase): Map<string, number> {
  const options: SearchOptions = {
    batchSize: 1,
    promptIds: [wanted.prompt],
    eosTokenId: golden.eosTokenId,
    doSample: true,
    temperature: wanted.temperature,
    topK: wanted.top_k,
    topP: wanted.top_p,
    minP: wanted.min_p,
    typicalP: wanted.typical_p,
    repetitionPenalty: wanted.repetition_penalty,
    noRepeatNgramSize: wanted.no_repeat_ngram_size,
    bannedSequences: wanted.bad_words_ids,
    minNewTokens: wanted.min_new_tokens,
  };
  const scores = logitsOf(wanted);
  const { filters } = resolveSampling(options, 1);
  const context = {
    sentence: 0,
    ids: [...wanted.prompt, ...wanted.generated],
    step: wanted.generated.length,
    maxNewTokens: 50,
  };
  for (const change of [...processorsFromOptions(options), ...filters]) change(scores, context);
  return new Map([...scores].flatMap((x, id) => x === -Infinity ? [] : [[`${id}`, x]]));
}

Deno.test(`processors give the scores of ${golden.program} on ${golden.cases.length} sets of options`, () => {
  assertEquals(golden.cases.length, 200);
  for (const wanted of golden.cases) {
    const { kept, count = Object.keys(kept).length, ...named } = wanted;
    const message = JSON.stringify(named);
    const found = processed(wanted);
    assertEquals(found.size, count, message);
    const ids = [...found.keys()];
    const shown = count === Object.keys(kept).length
      ? ids
      : [...ids.slice(0, 10), ...ids.slice(-10)];
    assertEquals(shown, Object.keys(kept), message);
    for (const id of shown) {
      const tolerance = 1e-6 * Math.max(1, Math.abs(kept[id])); // written with seven digits
      assertAlmostEquals(found.get(id)!, kept[id], tolerance, message);
    }
  }
});
