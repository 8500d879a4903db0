import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../errors.ts";
import { fakeModel, type SeenBatch } from "../testing/fake_models.ts";
import { ModelQueue } from "./model_queue.ts";

const ids = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);
const search = { numBeams: 4, maxNewTokens: 50 };

/** Asks for texts, and gives what they became. */
async function ask(
  queue: ModelQueue,
  { client, texts, signal, numBeams = 4 }: {
    client: string;
    texts: string[];
    signal?: AbortSignal;
    numBeams?: number;
  },
): Promise<string[]> {
  const options = { ...search, numBeams, signal };
  const found = await queue.forClient(client).generate(texts.map(ids), options);
  return found.map(([best]) => String.fromCodePoint(...best.ids));
}

Deno.test("ModelQueue puts sentences of several clients into one batch, and gives each its own", async () => {
  const seen: SeenBatch[] = [];
  using queue = new ModelQueue(fakeModel({ onBatch: (batch) => seen.push(batch) }));
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => ask(queue, { client: `${i}`, texts: [`text ${i}`] })),
  );
  assertEquals(answers, Array.from({ length: 10 }, (_, i) => [`TEXT ${i}`]));
  assertEquals(seen.map(({ rows }) => rows.length), [10]);
});

Deno.test("ModelQueue lets a short text past a long one", async () => {
  using queue = new ModelQueue(fakeModel({ delay: 5 }), { batchSize: 4, delay: 0 });
  const ended: string[] = [];
  const long = ask(queue, { client: "a", texts: Array(200).fill("long") })
    .then(() => ended.push("long"));
  const short = ask(queue, { client: "b", texts: ["short"] }).then(() => ended.push("short"));
  await Promise.all([long, short]);
  assertEquals(ended, ["short", "long"]);
});

Deno.test("ModelQueue lets a short text past a long one of the same client", async () => {
  using queue = new ModelQueue(fakeModel({ delay: 5 }), { batchSize: 4, delay: 0 });
  const ended: string[] = [];
  const asked = ["long", "short"].map((name) => {
    const texts = Array<string>(name === "long" ? 200 : 1).fill(name);
    const { signal } = new AbortController();
    return ask(queue, { client: "a", texts, signal }).then(() => ended.push(name));
  });
  await Promise.all(asked);
  assertEquals(ended, ["short", "long"]);
});

Deno.test("ModelQueue searches only those together that are searched alike", async () => {
  const seen: SeenBatch[] = [];
  using queue = new ModelQueue(fakeModel({ onBatch: (batch) => seen.push(batch) }));
  await Promise.all(
    [1, 4, 1, 4].map((numBeams, i) => ask(queue, { client: `${i}`, texts: [`${i}`], numBeams })),
  );
  assertEquals(seen, [{ rows: ["0", "2"], numBeams: 1 }, { rows: ["1", "3"], numBeams: 4 }]);
});

Deno.test("ModelQueue asks for attention where a sentence of the batch needs it, and keeps the batch", async () => {
  const asked: (boolean | undefined)[] = [];
  const model = fakeModel({});
  using queue = new ModelQueue({
    ...model,
    generate: (rows, options) => {
      asked.push(options.outputCrossAttention);
      return model.generate(rows, options);
    },
  });
  const one = queue.forClient("a"), other = queue.forClient("b");
  await Promise.all([
    one.generate([ids("a")], search),
    other.generate([ids("b")], { ...search, outputCrossAttention: true }),
  ]);
  await one.generate([ids("c")], search);
  assertEquals(asked, [true, false]);
});

Deno.test("ModelQueue gives each sentence the tokens that it begins with and must have", async () => {
  const asked: unknown[] = [];
  const model = fakeModel({});
  using queue = new ModelQueue({
    ...model,
    generate: (rows, options) => {
      asked.push([options.forcedPrefixIds, options.requiredTokenIds]);
      return model.generate(rows, options);
    },
  });
  const one = queue.forClient("a"), other = queue.forClient("b");
  await Promise.all([
    one.generate([ids("a")], { ...search, forcedPrefixIds: [[5]] }),
    other.generate([ids("b"), ids("c")], { ...search, requiredTokenIds: [[7], [8, 9]] }),
  ]);
  await one.generate([ids("d")], search);
  assertEquals(asked, [[[[5], [], []], [[], [7], [8, 9]]], [[[]], [[]]]]);
});

Deno.test("ModelQueue sends away what does not fit", async () => {
  using queue = new ModelQueue(fakeModel({ delay: 5 }), { maxWaiting: 3 });
  const first = ask(queue, { client: "a", texts: ["1", "2"] });
  const error = await assertRejects(
    () => ask(queue, { client: "b", texts: ["3", "4"] }),
    RequestError,
    "busy",
  );
  assertEquals([error.status, error.retryAfter], [503, 2]);
  assertEquals(await ask(queue, { client: "b", texts: ["3"] }), ["3"]);
  assertEquals(await first, ["1", "2"]);
});

Deno.test("ModelQueue forgets a client that has gone, and only it", async () => {
  const seen: SeenBatch[] = [];
  using queue = new ModelQueue(
    fakeModel({ delay: 20, onBatch: (batch) => seen.push(batch) }),
    { batchSize: 1, delay: 0 },
  );
  const end = new AbortController();
  const gone = ask(queue, { client: "a", texts: ["1", "2", "3"], signal: end.signal });
  const stays = ask(queue, { client: "b", texts: ["x"] });
  setTimeout(() => end.abort(new Error("gone")), 5);
  await assertRejects(() => gone, Error, "gone");
  assertEquals(await stays, ["X"]);
  assertEquals(seen.map(({ rows }) => rows[0]), ["1", "x"]);
  assertEquals([queue.waiting, queue.running], [0, 0]);
});

Deno.test("ModelQueue keeps as many batches under way as the model gains from", async () => {
  let running = 0;
  let most = 0;
  const model = fakeModel({ concurrency: 2 });
  const slow = {
    ...model,
    generate: async (...call: Parameters<typeof model.generate>) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return await model.generate(...call);
    },
  };
  using queue = new ModelQueue(slow, { batchSize: 2 });
  await ask(queue, { client: "a", texts: Array(20).fill("x") });
  assertEquals(most, 2);
});

Deno.test("ModelQueue leaves no thread idle while another has a full batch", async () => {
  const seen: SeenBatch[] = [];
  const model = fakeModel({ concurrency: 2, delay: 5, onBatch: (batch) => seen.push(batch) });
  using queue = new ModelQueue(model);
  await Promise.all(
    Array.from({ length: 16 }, (_, i) => ask(queue, { client: `${i}`, texts: [`${i}`] })),
  );
  assertEquals(seen.map(({ rows }) => rows.length), [8, 8]);
});

Deno.test("ModelQueue tells those who wait when it is closed", async () => {
  const queue = new ModelQueue(fakeModel({ delay: 5 }), { batchSize: 1, delay: 0 });
  const asked = [1, 2, 3].map((i) => ask(queue, { client: "a", texts: [`${i}`] }));
  await Promise.resolve();
  queue.dispose();
  const ended = await Promise.allSettled(asked);
  assert(ended.some(({ status }) => status === "rejected"));
});
