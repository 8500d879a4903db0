import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type GeneratedToken, streamTokens } from "@heed/search";
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

  Deno.test(`the tokens of a step stop at the one that cancels, on ${where}`, async () => {
    const options = { dtype: "fp32" as const, threads: 1, keepCallerFree };
    using engine = await Seq2SeqEngine.load(new URL("marian/relu/", testdata), options);
    const controller = new AbortController();
    const seen: number[] = [];
    const generating = engine.generate(sources, {
      numBeams: 1,
      minNewTokens: 8,
      signal: controller.signal,
      onToken({ sentence }) {
        seen.push(sentence);
        if (seen.length === 4) controller.abort(new Error("enough")); // the first of three rows
      },
    });
    await assertRejects(() => generating, Error, "enough");
    assertEquals((await engine.generate(sources, { numBeams: 1 })).length, sources.length);
    assertEquals(seen, [0, 1, 2, 0]);
  });

  Deno.test(`what onToken throws is what the call rejects with, on ${where}`, async () => {
    const options = { dtype: "fp32" as const, threads: 1, keepCallerFree };
    using engine = await CausalEngine.load(new URL("engine/gpt2/", testdata), options);
    const error = new Error("The socket is closed");
    let count = 0;
    const onToken = () => {
      count++;
      throw error;
    };
    const search = { minNewTokens: 20, onToken };
    const thrown = await assertRejects(() => engine.generate([[5, 6], [7]], search));
    assertStrictEquals(thrown, error);
    assertEquals((await engine.generate([[5, 6]], { maxNewTokens: 3 })).length, 1);
    assertEquals(count, 1);
  });

  Deno.test(`streamTokens() reads an engine and may be left, on ${where}`, async () => {
    const options = { dtype: "fp32" as const, threads: 1, keepCallerFree };
    using engine = await CausalEngine.load(new URL("engine/gpt2/", testdata), options);
    const search = { doSample: true, seed: 4, minNewTokens: 20, numReturnSequences: 2 };
    const [samples] = await engine.generate([[5, 6]], search);
    const seen: number[][] = [[], []];
    const stream = streamTokens((hooks) => engine.generate([[5, 6]], { ...search, ...hooks }));
    for await (const { sequence, step, id } of stream) {
      if (step === 7) break;
      seen[sequence].push(id);
    }
    seen.forEach((ids, i) => assertEquals(ids, samples[i].ids.slice(0, 7)));
    assert(samples[0].ids.join() !== samples[1].ids.join());
  });
}

Deno.test("no token comes after the engine was disposed", async () => {
  const options = { dtype: "fp32" as const, threads: 1, keepCallerFree: true };
  using engine = await CausalEngine.load(new URL("engine/gpt2/", testdata), options);
  let count = 0;
  const generating = engine.generate([[5, 6]], {
    minNewTokens: 20,
    onToken() {
      if (++count === 3) engine.dispose();
    },
  });
  await assertRejects(() => generating, Error, "the engine was disposed");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(count, 3);
});

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
