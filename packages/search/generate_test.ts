import { assertAlmostEquals, assertEquals } from "@std/assert";
import { generate } from "./generate.ts";
import type { GenerateOptions } from "./types.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";

/** Options under the names that transformers has for them. */
interface GoldenCase {
  sentences: number[];
  eos_bias: number;
  num_beams: number;
  max_new_tokens: number;
  num_return_sequences?: number;
  length_penalty?: number;
  early_stopping?: boolean | "never";
  repetition_penalty?: number;
  no_repeat_ngram_size?: number;
  bad_words_ids?: number[][];
  min_new_tokens?: number;
  forced_bos_token_id?: number;
  forced_eos_token_id?: number;
  prefix?: number[][];
  expected: { ids: number[]; score: number }[][];
}

interface Golden {
  program: string;
  vocabSize: number;
  startTokenId: number;
  eosTokenId: number;
  cases: GoldenCase[];
}

const golden: Golden = JSON.parse(
  await Deno.readTextFile(new URL("../../testdata/search/generate.json", import.meta.url)),
);

function toOptions(wanted: GoldenCase): GenerateOptions {
  return {
    numBeams: wanted.num_beams,
    maxNewTokens: wanted.max_new_tokens,
    numReturnSequences: wanted.num_return_sequences,
    lengthPenalty: wanted.length_penalty,
    earlyStopping: wanted.early_stopping,
    repetitionPenalty: wanted.repetition_penalty,
    noRepeatNgramSize: wanted.no_repeat_ngram_size,
    bannedTokenIds: wanted.bad_words_ids?.filter((ids) => ids.length === 1).flat(),
    bannedSequences: wanted.bad_words_ids?.filter((ids) => ids.length > 1),
    minNewTokens: wanted.min_new_tokens,
    forcedBosTokenId: wanted.forced_bos_token_id,
    forcedEosTokenId: wanted.forced_eos_token_id,
    forcedPrefixIds: wanted.prefix,
  };
}

Deno.test(`generate() equals ${golden.program} on ${golden.cases.length} sets of options`, async () => {
  assertEquals(golden.cases.length, 176);
  const { vocabSize, startTokenId, eosTokenId } = golden;
  for (const [number, wanted] of golden.cases.entries()) {
    const { sentences, eos_bias, expected, ...named } = wanted;
    const decoder = new HashDecoder(vocabSize, { eosBias: eos_bias });
    const message = `case ${number}: ${JSON.stringify(named)}`;
    const found = await generate(decoder, decoder.start(sentences), {
      batchSize: sentences.length,
      startTokenId,
      eosTokenId,
      ...toOptions(wanted),
    });
    assertEquals(
      found.map((hypotheses) => hypotheses.map(({ ids }) => ids)),
      expected.map((hypotheses) => hypotheses.map(({ ids }) => ids)),
      message,
    );
    found.flat().forEach(({ score }, i) =>
      assertAlmostEquals(
        score,
        expected.flat()[i].score,
        2e-5 * Math.max(1, Math.abs(score)),
        message,
      )
    );
    assertEquals(decoder.liveStates, 0, message);
  }
});
