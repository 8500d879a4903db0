import { assertEquals } from "@std/assert";
import { generate } from "./generate.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";
import type { GenerateOptions } from "./types.ts";

/** Goes along a list of tokens, whatever is taken. */
const along = (tokens: number[]) => ({
  vocabSize: 10,
  step: (_ids: Int32Array, at: number) => {
    const logits = new Float32Array(10);
    logits[tokens[at]] = 9;
    return Promise.resolve({ logits, state: at + 1 });
  },
  select: (at: number) => at,
  release: () => {},
});

async function first(tokens: number[], options: GenerateOptions & { promptIds?: number[][] }) {
  const search = { batchSize: 1, startTokenId: 1, eosTokenId: 0, ...options };
  const [[{ ids, finished }]] = await generate(along(tokens), 0, search);
  return { ids, finished };
}

const tokens = [7, 3, 4, 3, 4, 5, 2, 0];

Deno.test("stopSequences end a hypothesis after the first that occurs, and stay in it", async () => {
  for (const options of [{}, { doSample: true, topK: 1 }]) {
    const at = (stopSequences: number[][], maxNewTokens = 20) =>
      first(tokens, { ...options, stopSequences, maxNewTokens });
    assertEquals(await at([[4, 5]]), { ids: [7, 3, 4, 3, 4, 5], finished: true });
    assertEquals(await at([[4, 3, 4, 5], [5, 2]]), { ids: [7, 3, 4, 3, 4, 5], finished: true });
    assertEquals(await at([[9], [3]]), { ids: [7, 3], finished: true });
    assertEquals(await at([[3, 5]]), { ids: tokens, finished: true });
    assertEquals(await at([[4, 5]], 5), { ids: [7, 3, 4, 3, 4], finished: false });
  }
});

Deno.test("stopSequences do not reach into the prompt", async () => {
  const promptIds = [[9, 6]];
  const found = await first(tokens, { promptIds, stopSequences: [[6, 7], [3, 4]] });
  assertEquals(found, { ids: [7, 3, 4], finished: true });
});

Deno.test("beams end at stop sequences, and enough of them run on", async () => {
  const stopSequences = [[3], [4], [5, 6], [7]];
  for (const findsTop of [false, true]) {
    for (let sentence = 0; sentence < 30; sentence++) {
      const decoder = new HashDecoder(20, { findsTop });
      const options = { batchSize: 1, startTokenId: 1, eosTokenId: 0, maxNewTokens: 12 };
      const [found] = await generate(decoder, decoder.start([sentence]), {
        ...options,
        numBeams: 4,
        numReturnSequences: 4,
        stopSequences,
      });
      assertEquals(found.length, 4);
      for (const { ids, finished } of found) {
        const ends = [[0], ...stopSequences].map((stop) =>
          ids.findIndex((_, i) => stop.every((id, j) => ids[i + j] === id)) + stop.length - 1
        ).filter((end) => end >= 0 && ids[end] !== undefined);
        const known = ends.filter((end) => [0, 3, 4, 6, 7].includes(ids[end]));
        assertEquals(finished ? known.includes(ids.length - 1) : ids.length, finished || 12);
        assertEquals(known.some((end) => end < ids.length - 1), false, String(ids));
      }
      // Until hypotheses are full, four beams run.
      assertEquals(decoder.stepRows.slice(1).every((rows) => rows === 4), true);
    }
  }
});

Deno.test("promptIds take the start token's place for processors and scores", async () => {
  for (const numBeams of [1, 3]) {
    const decoder = new HashDecoder(20, { eosBias: -3 });
    const options = {
      batchSize: 2,
      eosTokenId: 0,
      maxNewTokens: 6,
      numBeams,
      noRepeatNgramSize: 1,
    };
    // Both have read what comes before their last token.
    const read = async (sentence: number, ids: number[]) => {
      let state = decoder.start([sentence]);
      for (const id of ids) ({ state } = await decoder.step(Int32Array.of(id), state));
      const [hash] = state.hashes;
      decoder.release(state);
      return hash;
    };
    const promptIds = [[4, 7, 2], [9]];
    const hashes = [await read(3, [4, 7]), await read(8, [])];
    const found = await generate(decoder, decoder.start(hashes), { ...options, promptIds });
    for (const [row, prompt] of promptIds.entries()) {
      const [{ ids, score, logProb }] = found[row];
      assertEquals(new Set([...prompt, ...ids]).size, prompt.length + ids.length);
      assertEquals([ids.length, score], [6, logProb / 6]);
      const [[alone]] = await generate(decoder, decoder.start([hashes[row]]), {
        ...options,
        batchSize: 1,
        startTokenId: prompt.at(-1)!,
        bannedTokenIds: prompt,
      });
      assertEquals(alone.ids, ids);
    }
    assertEquals(decoder.liveStates, 0);
  }
});
