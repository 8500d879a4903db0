import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Seq2SeqEngine } from "./engine.ts";

const directory = new URL("../../../testdata/marian/relu/", import.meta.url);
const sources = [[5, 17, 33, 8, 0], [60, 0], [12, 13, 14, 15, 16, 17, 0], [9, 9, 9, 0]];
/** Some ids for each sentence, of different number, with the end token. */
const lists = sources.map((_, i) =>
  Int32Array.from({ length: 14 + 9 * i }, (_, k) => k * (i + 2) % 97).sort()
).map((list) => new Int32Array(new Set(list)));

for (const dtype of ["int8", "fp32"] as const) {
  for (
    const options of [
      { numBeams: 1, maxNewTokens: 12 },
      { numBeams: 4, numReturnSequences: 3, maxNewTokens: 12 },
      { numBeams: 3, maxNewTokens: 9, repetitionPenalty: 1.3 }, // needs all logits
    ]
  ) {
    const name = `${dtype}, ${JSON.stringify(options)}`;
    Deno.test(`a batch with shortlists gives exactly what each sentence gives alone (${name})`, async () => {
      using engine = await Seq2SeqEngine.load(directory, { dtype, threads: 1 });
      const together = await engine.generate(sources, { ...options, shortlist: lists });
      for (const [i, source] of sources.entries()) {
        const [alone] = await engine.generate([source], { ...options, shortlist: lists[i] });
        assertEquals(together[i], alone);
        for (const { ids } of alone) assert(ids.every((id) => lists[i].includes(id)));
      }
      assertNotEquals(together, await engine.generate(sources, options));
    });
  }
}

Deno.test("shortlists of workers are those of the caller", async () => {
  using one = await Seq2SeqEngine.load(directory, { threads: 1 });
  using two = await Seq2SeqEngine.load(directory, { threads: 2, keepCallerFree: true });
  const options = { maxNewTokens: 12, shortlist: lists };
  assertEquals(await two.generate(sources, options), await one.generate(sources, options));
});

Deno.test("a list for each sentence and one for all agree; order and repetitions do not count", async () => {
  using engine = await Seq2SeqEngine.load(directory, { threads: 1 });
  const options = { numBeams: 4, maxNewTokens: 12 };
  const shuffled = [...lists[2]].reverse().concat(7, 7, 0);
  const all = await engine.generate(sources, { ...options, shortlist: shuffled });
  const list = Int32Array.from(new Set(shuffled)).sort();
  assertEquals(await engine.generate(sources, { ...options, shortlist: list }), all);
  const each = sources.map(() => list);
  assertEquals(await engine.generate(sources, { ...options, shortlist: each }), all);
});

Deno.test("a sentence of fewer ids than the search looks at gets what it has", async () => {
  using engine = await Seq2SeqEngine.load(directory, { threads: 1 });
  const found = await engine.generate(sources.slice(0, 2), {
    numBeams: 4,
    maxNewTokens: 5,
    shortlist: [[0, 8], Array.from({ length: 60 }, (_, i) => i)],
  });
  assert(found[0].every(({ ids }) => ids.every((id) => id === 0 || id === 8)));
  assert(found[0][0].ids.length > 0 && found[1][0].ids.length > 0);
});

Deno.test("shortlists use the same memory again, also where calls overlap", async () => {
  using engine = await Seq2SeqEngine.load(directory, { threads: 1 });
  const run = (k: number) =>
    engine.generate(sources, {
      maxNewTokens: 8,
      shortlist: lists.map((list) => list.map((id) => (id + k) % 97).sort()),
    });
  const first = await run(0);
  await Promise.all([run(1), run(2), run(3), run(4)]);
  const before = engine.memoryBytes;
  for (let i = 0; i < 50; i++) await run(i);
  await Promise.all([run(1), run(2), run(3), run(4)]);
  assertEquals(engine.memoryBytes, before);
  assertEquals(await run(0), first);
});

Deno.test("generate() says what is wrong with a shortlist", async () => {
  using engine = await Seq2SeqEngine.load(directory, { threads: 1 });
  const reject = (shortlist: number[] | number[][], message: string) =>
    assertRejects(() => engine.generate(sources, { shortlist }), RangeError, message);
  await reject([], "from an empty shortlist");
  await reject([[0], [0], [], [0]], "from an empty shortlist");
  await reject([[0], [0]], "4 targets with 2 shortlists");
  for (const id of [-1, 1.5, 97]) await reject([0, id], `token id ${id}: it is outside`);
});
