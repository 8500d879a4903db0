import { assert, assertEquals } from "@std/assert";
import { generate } from "./generate.ts";
import { HashDecoder } from "./testing/hash_decoder.ts";

const VOCAB = 12, EOS = 0;

for (
  const [how, options] of Object.entries({
    greedy: {},
    beams: { numBeams: 4 },
    sampling: { doSample: true, seed: 1 },
  })
) {
  Deno.test(`requiredTokenIds are in what ends, each once: ${how}`, async () => {
    const requiredTokenIds = [[3], [], [5, 7], [2, 4, 6]];
    const decoder = new HashDecoder(VOCAB, { eosBias: 2, findsTop: true });
    const found = await generate(decoder, decoder.start([1, 2, 3, 4]), {
      ...{ batchSize: 4, startTokenId: 1, eosTokenId: EOS, maxNewTokens: 200 },
      ...options,
      requiredTokenIds,
    });
    found.forEach(([{ ids, finished }], sentence) => {
      assert(finished);
      for (const required of requiredTokenIds[sentence]) {
        assertEquals(ids.filter((id) => id === required).length, 1);
      }
    });
    assertEquals(decoder.liveStates, 0);
  });
}
