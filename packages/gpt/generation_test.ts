import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { CausalEngine } from "@heed/engine";
import type { GenerateOptions, Hypothesis } from "@heed/search";
import { byteLevelPipeline, PipelineTokenizer } from "@heed/tokenizer";
import { loadGpt } from "./load.ts";
import type { GptModel } from "./model.ts";
import { type PromptModel, streamText } from "./stream_text.ts";

const DIRECTORY = new URL("../../testdata/gpt/gpt2/", import.meta.url);
const LONG = [17, 5, 42, 9, 33, 21, 58, 3, 11, 40, 7], SHORT = [7, 3, 29];
const SEARCHES: Record<string, GenerateOptions> = {
  "greedy search": { maxNewTokens: 12 },
  "beam search": { numBeams: 3, numReturnSequences: 2, maxNewTokens: 12 },
  "sampling": { doSample: true, seed: [5, 6, 7], temperature: 1.2, topP: 0.95, maxNewTokens: 12 },
};

async function onBoth(use: (model: GptModel | CausalEngine) => Promise<void>): Promise<void> {
  {
    using model = await loadGpt(DIRECTORY, { device: "wasm" });
    const before = tf.memory().numTensors;
    await use(model);
    assertEquals(tf.memory().numTensors, before);
  }
  using engine = await CausalEngine.load(DIRECTORY, { dtype: "fp32", threads: 1 });
  await use(engine);
}

const idsOf = (found: Hypothesis[][]) => found.map((row) => row.map(({ ids }) => ids));

for (const [name, options] of Object.entries(SEARCHES)) {
  Deno.test(`${name}: a prompt alone and beside longer ones gives the same`, () =>
    onBoth(async (model) => {
      const prompts = [SHORT, LONG, [8]];
      const together = idsOf(await model.generate(prompts, options));
      for (const [row, prompt] of prompts.entries()) {
        const seed = (options.seed as number[] | undefined)?.slice(row, row + 1);
        const [alone] = idsOf(await model.generate([prompt], { ...options, seed }));
        assertEquals(together[row], alone);
      }
    }));

  Deno.test(`${name}: tfjs and the engine give the same`, async () => {
    const found: number[][][][] = [];
    await onBoth(async (model) => {
      found.push(idsOf(await model.generate([SHORT, LONG, [8]], options)));
    });
    assertEquals(found[0], found[1]);
  });
}

Deno.test("generate() with its cache gives what reading the whole text again each time does", () =>
  onBoth(async (model) => {
    const { vocabSize } = model.config;
    const ids = [...SHORT];
    for (let i = 0; i < 20; i++) {
      const read = await (model instanceof CausalEngine ? model.decode(ids) : model.decode([ids]));
      const logits = Array.isArray(read) ? read[0] : read.logits;
      const last = logits.subarray(logits.length - vocabSize);
      ids.push(last.indexOf(last.reduce((a, b) => Math.max(a, b))));
    }
    const [[best]] = await model.generate([SHORT], { maxNewTokens: 20 });
    assertEquals([...SHORT, ...best.ids], ids.slice(0, SHORT.length + best.ids.length));
    assert(best.ids.length > 10);
  }));

/** Both runtimes keep prefixes of their own kind. */
type Keeps<Prefix> = {
  generate(
    prompts: number[][],
    options: GenerateOptions & { prefix?: Prefix },
  ): Promise<Hypothesis[][]>;
  readPrefix(ids: number[], options?: { prefix?: Prefix }): Promise<Prefix>;
};

Deno.test("a prefix that was kept changes nothing, however much of it a prompt has", () =>
  onBoth(async (either) => {
    const model = either as Keeps<Partial<Disposable>>;
    const prefix = await model.readPrefix(LONG.slice(0, 6));
    const further = await model.readPrefix(LONG.slice(0, 9), { prefix });
    const prompts = [LONG, LONG.slice(0, 6), LONG.slice(0, 4), [...LONG.slice(0, 7), 1, 2], SHORT];
    for (const options of Object.values(SEARCHES)) {
      const { seed: _, ...search } = options;
      const expected = idsOf(await model.generate(prompts, search));
      for (const kept of [prefix, further]) {
        assertEquals(idsOf(await model.generate(prompts, { ...search, prefix: kept })), expected);
      }
    }
    for (const kept of [prefix, further]) kept[Symbol.dispose]?.();
  }));

Deno.test("a prefix goes to whatever thread continues the prompt", async () => {
  using engine = await CausalEngine.load(DIRECTORY, { dtype: "fp32", threads: 2 });
  const prefix = await engine.readPrefix(LONG.slice(0, 8));
  const options = { maxNewTokens: 10 };
  const expected = idsOf(await engine.generate([LONG], options));
  const found = await Promise.all(
    [1, 2, 3].map(() => engine.generate([LONG], { ...options, prefix })),
  );
  for (const one of found) assertEquals(idsOf(one), expected);
});

Deno.test("a prefix is used: another one's keys and values change what is generated", async () => {
  const options = { maxNewTokens: 10 };
  using engine = await CausalEngine.load(DIRECTORY, { dtype: "fp32", threads: 1 });
  const { ids, records } = await engine.readPrefix(LONG);
  const prefix = { ids, records: records.map((x) => -x) };
  const prompts = [[...LONG, 4]];
  assertNotEquals(
    idsOf(await engine.generate(prompts, { ...options, prefix })),
    idsOf(await engine.generate(prompts, options)),
  );
  const wrong = { ids, records: records.slice(1) };
  await assertRejects(() => engine.generate(prompts, { prefix: wrong }), TypeError, "this prefix");
  using model = await loadGpt(DIRECTORY, { device: "wasm" });
  using other = await model.readPrefix(LONG);
  const past = other.past.map(({ key, value }) => ({ key: value, value: key }));
  const changed = { ids: other.ids, past, [Symbol.dispose]() {} };
  assertNotEquals(
    idsOf(await model.generate(prompts, { ...options, prefix: changed })),
    idsOf(await model.generate(prompts, options)),
  );
  const short = { ...changed, past: past.slice(1) };
  await assertRejects(() => model.generate(prompts, { prefix: short }), TypeError, "3 layers");
});

Deno.test("a search that is aborted takes no step more", () =>
  onBoth(async (model) => {
    for (const options of Object.values(SEARCHES)) {
      if (options.numBeams) continue; // its tokens come when they are certain
      const end = new AbortController();
      const { seed: _, ...search } = options;
      const seen: number[] = [];
      await assertRejects(
        () =>
          model.generate([SHORT], {
            ...search,
            maxNewTokens: 40,
            bannedTokenIds: [0],
            signal: end.signal,
            onToken: ({ step }) => {
              seen.push(step);
              if (step === 3) end.abort(new Error("enough"));
            },
          }),
        Error,
        "enough",
      );
      assertEquals(seen, [0, 1, 2, 3]);
    }
    await assertRejects(
      () => model.generate([SHORT], { signal: AbortSignal.abort() }),
      DOMException,
    );
  }));

Deno.test("generate() ends where the positions do, and refuses prompts that are longer or empty", () =>
  onBoth(async (model) => {
    const { maxPositionEmbeddings: most } = model.config;
    const [[best]] = await model.generate([LONG], { bannedTokenIds: [0] });
    assertEquals([best.ids.length, best.finished], [most - LONG.length + 1, false]);
    const full = Array.from({ length: most }, (_, i) => 1 + i % 60);
    assertEquals((await model.generate([full], { bannedTokenIds: [0] }))[0][0].ids.length, 1);
    const long = () => model.generate([[...full, 1]]);
    await assertRejects(long, RangeError, `${most + 1} tokens and the model takes ${most}`);
    await assertRejects(
      () => model.generate([SHORT, []]),
      RangeError,
      "prompt 1 of 2: it has no tokens",
    );
    assertEquals(await model.generate([]), []);
  }));

// As many letters as the model has tokens; the first one ends a text.
const letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXY";
const tokenizer = PipelineTokenizer.fromJson(
  byteLevelPipeline({ vocab: new Map([...letters].map((token, id) => [token, id])), merges: [] }),
);
const lettersOf = (ids: readonly number[]) => ids.map((id) => letters[id]).join("");
const written = async (...args: Parameters<typeof streamText>) =>
  (await Array.fromAsync(streamText(...args))).join("");

Deno.test("streamText() slides where the positions are full: the newer half becomes the prompt", () =>
  onBoth(async (model) => {
    const { maxPositionEmbeddings: most } = model.config, half = most / 2;
    const bannedTokenIds = [0];
    const prompt = lettersOf(Array.from({ length: most + 6 }, (_, i) => 1 + (i * 11) % 60));
    const options = { tokenizer, bannedTokenIds };
    await assertRejects(() => written(model, prompt, options), RangeError, "(sliding)");
    const sliding = { ...options, sliding: true, maxNewTokens: 80 };
    let expected = "";
    while (expected.length < 80) {
      const all = prompt + expected;
      const { ids } = tokenizer.encode(all.slice(-half));
      const [[{ ids: next }]] = await model.generate([[...ids]], { bannedTokenIds });
      expected += lettersOf(next);
    }
    assertEquals(await written(model, prompt, sliding), expected.slice(0, 80));
    // What fits is as without; drawn, each window has its own numbers.
    const drawn = { ...options, doSample: true, seed: 3, maxNewTokens: 20 };
    assertEquals(
      await written(model, "bcd", { ...drawn, sliding: true }),
      await written(model, "bcd", drawn),
    );
    const long = await written(model, "bcd", { ...drawn, sliding: true, maxNewTokens: 150 });
    assertEquals(long.length, 150);
    assertNotEquals(long.slice(most - 2, most + 18), long.slice(0, 20));
    // Leaving the loop ends the search of any window.
    let count = 0;
    for await (const piece of streamText(model as PromptModel, prompt, sliding)) {
      if ((count += piece.length) > 40) break;
    }
  }));

Deno.test("streamText() ends at the end of a text, also when it slides", () =>
  onBoth(async (model) => {
    const options = { tokenizer, doSample: true, temperature: 3, seed: 4, maxNewTokens: 400 };
    const text = await written(model, "bcd", { ...options, sliding: true });
    assert(text.length < 400 && !text.includes("a"), text);
  }));

Deno.test("streamText() writes no bad words, and forgets nothing of the prompt's cache", () =>
  onBoth(async (model) => {
    const options = { tokenizer, maxNewTokens: 30, bannedTokenIds: [0] };
    const free = await written(model, "hello", options);
    const badWords = [free.slice(0, 1), free.slice(2, 5)];
    const text = await written(model, "hello", { ...options, badWords });
    assertEquals(badWords.filter((word) => text.includes(word)), []);
    assertEquals(text.length, 30);
    await assertRejects(
      () => written(model, "hello", { ...options, badWords: [" "] }),
      RangeError,
      "empty word",
    );
    const prefix = await (model as Keeps<Partial<Disposable>>).readPrefix(
      [...tokenizer.encode("hell").ids],
    );
    assertEquals(await written(model, "hello", { ...options, prefix }), free);
    prefix[Symbol.dispose]?.();
  }));
