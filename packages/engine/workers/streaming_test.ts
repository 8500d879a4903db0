import { assert, assertEquals, assertRejects } from "@std/assert";
import type { GeneratedToken } from "@heed/search";
import { CausalEngine } from "../causal/engine.ts";
import { Seq2SeqEngine } from "../seq2seq/engine.ts";

const testdata = new URL("../../../testdata/", import.meta.url);
const sources = [[5, 17, 33, 8, 0], [60, 0], [12, 13, 14, 15, 16, 17, 0]];

for (const keepCallerFree of [false, true]) {
  const where = keepCallerFree ? "a worker" : "the caller's thread";
  Deno.test(`tokens come in order before the result, on ${where}`, async () => {
    const options = { dtype: "fp32" as const, threads: 1, keepCallerFree };
    using engine = await Seq2SeqEngine.load(new URL("marian/relu/", testdata), options);
    for (const search of [{ numBeams: 1 }, { numBeams: 4 }, { doSample: true, seed: 3 }]) {
      const tokens: GeneratedToken[] = [];
      let isDone = false;
      const found = await engine.generate(sources, {
        ...search,
        maxNewTokens: 12,
        onToken(token) {
          assertEquals(isDone, false);
          tokens.push(token);
        },
      });
      isDone = true;
      found.forEach(([best], sentence) => {
        const own = tokens.filter((token) => token.sentence === sentence);
        assertEquals(own.map(({ id }) => id), best.ids);
        assertEquals(own.map(({ logProb }) => logProb), best.tokenLogProbs);
      });
      assertEquals(await engine.generate(sources, { ...search, maxNewTokens: 12 }), found);
    }
  });

  Deno.test(`a cancelled call sends no further token, on ${where}`, async () => {
    const options = { dtype: "fp32" as const, threads: 1, keepCallerFree };
    using engine = await CausalEngine.load(new URL("engine/gpt2/", testdata), options);
    const controller = new AbortController();
    let count = 0;
    const generating = engine.generate([[5, 6]], {
      doSample: true,
      minNewTokens: 20,
      signal: controller.signal,
      onToken() {
        if (++count === 3) controller.abort(new Error("enough"));
        assert(count <= 3);
      },
    });
    await assertRejects(() => generating, Error, "enough");
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals(count, 3);
  });
}

Deno.test("the same seed gives the same ids, whatever the batch and the thread", async () => {
  using engine = await Seq2SeqEngine.load(new URL("marian/relu/", testdata), {
    dtype: "fp32",
    threads: 2,
  });
  const options = { doSample: true, seed: 11, temperature: 1.5, maxNewTokens: 10 };
  const together = await engine.generate(sources, options);
  assertEquals((await engine.generate(sources.slice(0, 1), options))[0][0].ids, together[0][0].ids);
  const other = await engine.generate(sources, { ...options, seed: 12 });
  assert(other.some(([{ ids }], i) => ids.join() !== together[i][0].ids.join()));
});
