import { assertEquals, assertThrows } from "@std/assert";
import { resolveOptions } from "./options.ts";
import { resolveSampling } from "./sampling_options.ts";
import type { SearchOptions } from "./types.ts";

const VALID: SearchOptions = { batchSize: 2, startTokenId: 1, eosTokenId: 0 };

Deno.test("resolveOptions() fills in the defaults", () => {
  assertEquals(resolveOptions(VALID, 10), {
    batchSize: 2,
    prompts: [[1], [1]],
    eosTokenId: 0,
    numBeams: 1,
    lengthPenalty: 1,
    numReturnSequences: 1,
    maxNewTokens: [512, 512],
    earlyStopping: false,
    processors: [],
    bans: { tokenIds: new Set<number>(), forcesLastToken: false },
    stopSequences: [],
    emit: undefined,
    signal: undefined,
  });
});

const WRONG: [Partial<SearchOptions>, string][] = [
  [{ batchSize: -1 }, "batchSize -1: it must be an integer of at least 0"],
  [{ startTokenId: 10 }, "startTokenId 10: it must be a token id from 0 to 9"],
  [{ eosTokenId: 0.5 }, "eosTokenId 0.5: it must be a token id from 0 to 9"],
  [{ numBeams: 0 }, "numBeams 0: it must be an integer of at least 1"],
  [{ numBeams: 1.5 }, "numBeams 1.5"],
  [{ numBeams: 100_000_000 }, "at most 1000 beams"],
  [{ lengthPenalty: NaN }, "lengthPenalty NaN: it must be a finite number"],
  [{ numReturnSequences: 0 }, "numReturnSequences 0"],
  [
    { numBeams: 2, numReturnSequences: 3 },
    "Cannot return 3 hypotheses from 2 beams: numReturnSequences must not exceed numBeams",
  ],
  [{ maxNewTokens: 0 }, "maxNewTokens 0: it must be an integer of at least 1"],
  [{ maxNewTokens: [5, -1] }, "maxNewTokens[1] -1"],
  [{ maxNewTokens: [5] }, "Cannot search 2 sentences with 1 maxNewTokens"],
  [{ minNewTokens: -1 }, "minNewTokens -1"],
  [{ earlyStopping: "always" as never }, 'earlyStopping always: it must be true, false or "never"'],
  [{ noRepeatNgramSize: -2 }, "noRepeatNgramSize -2"],
  [{ repetitionPenalty: 0 }, "repetitionPenalty 0: it must be above 0"],
  [{ repetitionPenalty: Infinity }, "repetitionPenalty Infinity: it must be a finite number"],
  [{ bannedTokenIds: [3, 11] }, "bannedTokenIds[1] 11"],
  [{ bannedSequences: [[]] }, "bannedSequences[0].length 0"],
  [{ bannedSequences: [[1, -4]] }, "bannedSequences[0][1] -4"],
  [{ forcedPrefixIds: [[1]] }, "Cannot search 2 sentences with 1 forcedPrefixIds"],
  [{ forcedPrefixIds: [[1], [12]] }, "forcedPrefixIds[1][0] 12"],
  [{ requiredTokenIds: [[1]] }, "Cannot search 2 sentences with 1 requiredTokenIds"],
  [{ requiredTokenIds: [[], [2, 10]] }, "requiredTokenIds[1][1] 10"],
  [{ forcedBosTokenId: 99 }, "forcedBosTokenId 99"],
  [{ forcedEosTokenId: -1 }, "forcedEosTokenId -1"],
  [{ presencePenalty: NaN }, "presencePenalty NaN: it must be a finite number"],
  [{ frequencyPenalty: Infinity }, "frequencyPenalty Infinity"],
  [{ stopSequences: [[2], []] }, "stopSequences[1].length 0"],
  [{ stopSequences: [[10]] }, "stopSequences[0][0] 10"],
  [{ startTokenId: undefined }, "startTokenId undefined"],
  [{ promptIds: [[1]] }, "Cannot search 2 sentences with 1 promptIds"],
  [{ promptIds: [[1], []] }, "promptIds[1].length 0"],
  [{ promptIds: [[1], [4, 10]] }, "promptIds[1][1] 10"],
  [{ temperature: 0.5 }, "temperature 0.5: it changes nothing without doSample"],
  [{ topP: 0.9, doSample: false }, "topP 0.9: it changes nothing without doSample"],
];

for (const [wrong, message] of WRONG) {
  Deno.test(`resolveOptions() names the option and the value of ${message}`, () => {
    assertThrows(() => resolveOptions({ ...VALID, ...wrong }, 10), RangeError, message);
  });
}

const WRONG_SAMPLING: [Partial<SearchOptions>, string][] = [
  [
    { temperature: 0 },
    "temperature 0: it must be above 0; for the likeliest token search greedily",
  ],
  [{ temperature: NaN }, "temperature NaN: it must be a finite number"],
  [{ topK: -1 }, "topK -1: it must be an integer of at least 0"],
  [{ topP: 0 }, "topP 0: it must be above 0 and at most 1"],
  [{ topP: 1.01 }, "topP 1.01: it must be above 0 and at most 1"],
  [{ minP: -0.1 }, "minP -0.1: it must be at least 0 and below 1"],
  [{ minP: 1 }, "minP 1: it must be at least 0 and below 1"],
  [{ typicalP: 0 }, "typicalP 0: it must be above 0 and at most 1"],
  [{ typicalP: 1.5 }, "typicalP 1.5: it must be above 0 and at most 1"],
  [{ seed: 0.5 }, "seed 0.5: it must be an integer of at least 0"],
  [{ seed: [1] }, "Cannot search 2 sentences with 1 seed"],
  [{ seed: [1, -1] }, "seed[1] -1"],
];

for (const [wrong, message] of WRONG_SAMPLING) {
  Deno.test(`resolveSampling() names the option and the value of ${message}`, () => {
    assertThrows(() => resolveSampling(wrong, 2), RangeError, message);
  });
}
