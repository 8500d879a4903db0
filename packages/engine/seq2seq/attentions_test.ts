import { assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Seq2SeqEngine } from "./engine.ts";

const directory = new URL("../../../testdata/marian/relu/", import.meta.url);

Deno.test("attentions() gives all attention, and crossAttention() the heads that the files name", async () => {
  const folder = await Deno.makeTempDir();
  for (const name of ["config.json", "model.safetensors"]) {
    await Deno.copyFile(new URL(name, directory), `${folder}/${name}`);
  }
  const generation = { alignment_heads: [[0, 1]], alignment_shift: 1 };
  await Deno.writeTextFile(`${folder}/generation_config.json`, JSON.stringify(generation));
  using engine = await Seq2SeqEngine.load(folder, { dtype: "fp32", threads: 1 });
  const [source, target] = [[5, 17, 33, 8, 0], [7, 8, 0]];
  const { encoder, decoder, cross, alignment, startTokenId } = await engine.attentions(
    source,
    target,
  );
  assertEquals([encoder!.queries, encoder!.keys, encoder!.layers], [5, 5, 2]);
  assertEquals([decoder!.queries, decoder!.keys, decoder!.layers], [3, 3, 2]);
  assertEquals([cross.queries, cross.keys], [3, 5]);
  assertEquals(startTokenId, engine.config.decoderStartTokenId);
  assertEquals(await engine.crossAttention(source, target), alignment);
  const head = await engine.crossAttention(source, target, { layer: 0, head: 1 });
  assertEquals(alignment.weights.slice(0, 10), head.weights.slice(5));
  const last = await engine.crossAttention(source, target, { layer: 1 });
  assertEquals(alignment.weights.slice(10), last.weights.slice(10));
  for (const { weights, keys } of [encoder!, decoder!, cross]) {
    for (let start = 0; start < weights.length; start += keys) {
      const sum = weights.subarray(start, start + keys).reduce((a, b) => a + b);
      assertAlmostEquals(sum, 1, 1e-5);
    }
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("attentions() leaves out what a decoder of SSRUs does not have", async () => {
  const ssru = new URL("../../../testdata/engine/marian-ssru/", import.meta.url);
  using engine = await Seq2SeqEngine.load(ssru, { dtype: "fp32", threads: 1 });
  const { encoder, decoder, cross } = await engine.attentions([5, 6, 0], [7, 0]);
  assertEquals([encoder!.queries, decoder, cross.queries, cross.keys], [3, undefined, 2, 3]);
});

for (const name of ["marian/relu", "engine/marian-ssru"]) {
  Deno.test(`crossAttentions() of a batch gives what each pair gives alone (${name})`, async () => {
    const model = new URL(`../../../testdata/${name}/`, import.meta.url);
    using engine = await Seq2SeqEngine.load(model, { dtype: "fp32", threads: 1 });
    // More tokens than one group has.
    const pairs = Array.from({ length: 90 }, (_, i) => ({
      source: [5, 6, 7, 8, 9, 5, 6].slice(i % 6).concat(0),
      target: [7, 8, 9, 10, 11, 12].slice(i % 5).concat(0),
    }));
    const [sources, targets] = [pairs.map(({ source }) => source), pairs.map((p) => p.target)];
    const together = await engine.crossAttentions(sources, targets);
    for (const i of [0, 1, 2, 3, 4, 5, 77, 88, 89]) {
      const alone = await engine.crossAttention(sources[i], targets[i]);
      assertEquals(
        [together[i].targetLength, together[i].sourceLength],
        [targets[i].length, sources[i].length],
      );
      alone.weights.forEach((weight, k) =>
        assertAlmostEquals(together[i].weights[k], weight, 1e-5)
      );
    }
    const [head] = await engine.crossAttentions(sources.slice(0, 1), targets.slice(0, 1), {
      layer: 0,
      head: 1,
    });
    assertEquals(head, await engine.crossAttention(sources[0], targets[0], { layer: 0, head: 1 }));
    assertEquals(await engine.crossAttentions([], []), []);
    const search = {
      numBeams: 3,
      numReturnSequences: 2,
      maxNewTokens: 6,
      outputCrossAttention: true,
    };
    const generated = await engine.generate(sources.slice(0, 5), search);
    for (const [i, ranked] of generated.entries()) {
      for (const { ids, crossAttention } of ranked) {
        const { weights, ...sizes } = await engine.crossAttention(sources[i], ids);
        assertEquals({ ...crossAttention!, weights: undefined }, { ...sizes, weights: undefined });
        weights.forEach((weight, k) =>
          assertAlmostEquals(crossAttention!.weights[k], weight, 1e-5)
        );
      }
    }
    const error = await assertRejects(() => engine.crossAttentions(sources, []), RangeError);
    assertStringIncludes(error.message, "0 targets over 90 sources");
  });
}
