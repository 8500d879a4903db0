import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { beamSearch } from "./beam.ts";
import { forceDecode } from "./force_decode.ts";
import { greedySearch } from "./greedy.ts";
import { sampleSearch } from "./sample.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";

const TOKENS = { startTokenId: 1, eosTokenId: 0 };

/** Every way to run the decoder over three sentences for at most six tokens. */
const SEARCHES: Record<string, (decoder: HashDecoder, signal?: AbortSignal) => Promise<unknown>> = {
  greedySearch: (decoder, signal) =>
    greedySearch(decoder, decoder.start([1, 2, 3]), {
      batchSize: 3,
      ...TOKENS,
      maxNewTokens: [6, 2, 4],
      signal,
    }),
  sampleSearch: (decoder, signal) =>
    sampleSearch(decoder, decoder.start([1, 2, 3]), {
      batchSize: 3,
      ...TOKENS,
      seed: 1,
      numReturnSequences: 2,
      maxNewTokens: [6, 2, 4],
      signal,
    }),
  beamSearch: (decoder, signal) =>
    beamSearch(decoder, decoder.start([1, 2, 3]), {
      batchSize: 3,
      ...TOKENS,
      numBeams: 3,
      maxNewTokens: [6, 2, 4],
      signal,
    }),
  forceDecode: (decoder, signal) =>
    forceDecode(decoder, decoder.start([1, 2, 3]), [[2, 3, 4, 5, 6, 7], [2, 3], [2, 3, 4, 5]], {
      ...TOKENS,
      signal,
    }),
};

/** Calls of `step` and `select` that the search makes when nothing fails. */
async function countCalls(search: (decoder: HashDecoder) => Promise<unknown>): Promise<number> {
  const decoder = new HashDecoder(20, { eosBias: -100 });
  let calls = 0;
  decoder.onCall = () => calls++;
  await search(decoder);
  assertEquals(decoder.liveStates, 0);
  return calls;
}

for (const [name, search] of Object.entries(SEARCHES)) {
  Deno.test(`${name}() releases every state once when a step or select throws`, async () => {
    const total = await countCalls(search);
    assertEquals(total >= 8, true); // six steps, and sentences that leave
    for (let failing = 1; failing <= total; failing++) {
      const decoder = new HashDecoder(20, { eosBias: -100 });
      const error = new Error("The device was lost");
      let calls = 0;
      decoder.onCall = () => {
        if (++calls === failing) throw error;
      };
      assertStrictEquals(await assertRejects(() => search(decoder)), error);
      assertEquals(decoder.liveStates, 0);
    }
  });

  Deno.test(`${name}() stops at an abort with the signal's reason and releases the state`, async () => {
    const total = await countCalls(search);
    for (let aborting = 1; aborting <= total; aborting++) {
      const decoder = new HashDecoder(20, { eosBias: -100 });
      const controller = new AbortController();
      const reason = new Error("The reader has left");
      let calls = 0;
      let last = "";
      decoder.onCall = (kind) => {
        last = kind;
        if (++calls === aborting) controller.abort(reason);
      };
      assertStrictEquals(await assertRejects(() => search(decoder, controller.signal)), reason);
      assertEquals([calls, decoder.liveStates], [aborting, 0], `aborted in ${last}`);
    }
  });

  Deno.test(`${name}() takes no step under an aborted signal`, async () => {
    const decoder = new HashDecoder(20);
    const error = await assertRejects(() => search(decoder, AbortSignal.abort()), DOMException);
    assertEquals(error.name, "AbortError");
    assertEquals(decoder.stepRows, []);
    assertEquals(decoder.liveStates, 0);
  });

  Deno.test(`${name}() keeps nothing from one call to the next`, async () => {
    const decoder = new HashDecoder(20, { eosBias: 1 });
    const [first, second] = await Promise.all([search(decoder), search(decoder)]);
    assertEquals(second, first);
    assertEquals(await search(decoder), first);
  });
}

Deno.test("a search releases the state when an option or the logits are wrong", async () => {
  const decoder = new HashDecoder(20);
  const options = { batchSize: 1, ...TOKENS, numBeams: 2, maxNewTokens: 0 };
  await assertRejects(() => greedySearch(decoder, decoder.start([1]), options), RangeError);
  await assertRejects(() => beamSearch(decoder, decoder.start([1]), options), RangeError);
  const short = new HashDecoder(20);
  Object.defineProperty(short, "step", {
    value: (ids: Int32Array, state: never) =>
      HashDecoder.prototype.step.call(short, ids, state).then((result) => ({
        logits: result.logits.subarray(1),
        state: result.state,
      })),
  });
  const valid = { ...options, maxNewTokens: 5 };
  await assertRejects(() => beamSearch(short, short.start([1]), valid), TypeError, "length 19");
  assertEquals([decoder.liveStates, short.liveStates], [0, 0]);
});
