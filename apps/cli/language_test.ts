import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { CausalEngine } from "@heed/engine";
import { loadTokenizer } from "@heed/model";
import { run } from "./program.ts";
import { fakeHost } from "./testing/fake_host.ts";

const poem = "the cat sat on the mat and saw the dog\na bird sings\n".repeat(30);
let folder = "";
let model = "";

/** Trains a tiny model, which knows one line by heart. */
Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/poem.txt`, poem);
  const config = {
    model: "gpt",
    architecture: { hiddenSize: 16, numHiddenLayers: 1, numHeads: 2, maxPositionEmbeddings: 24 },
    data: { train: ["poem.txt"], dev: "poem.txt", separator: "line" },
    tokenizer: { type: "bpe", vocabSize: 270 },
    batch: { rows: 4, length: 24 },
    optimizer: { learningRate: 1e-2 },
    schedule: { name: "constant", warmupSteps: 0 },
    dropout: 0,
    evaluate: { every: 50 },
    steps: 150,
    device: "wasm",
    output: "run",
  };
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
  const host = fakeHost();
  assertEquals(await run(["train", `${folder}/config.json`], host), 0, host.errors());
  assert(host.out().startsWith("Finished after 150 steps, best loss "), host.out());
  model = `${folder}/run/model`;
});
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

async function heed(...args: string[]): Promise<{ code: number; out: string; errors: string }> {
  const host = fakeHost({ environment: { HEED_DEVICE: "wasm", HEED_THREADS: "1" } });
  const code = await run(args, host);
  return { code, out: host.out(), errors: host.errors() };
}

Deno.test("heed generate goes on with a text, up to a stop string or a number of tokens", async () => {
  const options = ["--model", model, "--dtype", "fp32"];
  const { code, out, errors } = await heed("generate", ...options, "the cat sat");
  assertEquals([code, out], [0, "the cat sat on the mat and saw the dog\n"], errors);
  const stopped = await heed("generate", ...options, "--stop", " and", "--json", "the cat");
  assertEquals(JSON.parse(stopped.out), { prompt: "the cat", text: " sat on the mat" });
  const short = await heed("generate", ...options, "--max-new-tokens", "1", "the");
  assert(short.out.length < "the cat sat on".length, short.out);
});

Deno.test("heed generate draws the same text from the same seed", async () => {
  const draw = async (seed: string) =>
    (await heed("generate", "--model", model, "--temperature", "4", "--seed", seed, "the")).out;
  const [first, again, other] = [await draw("1"), await draw("1"), await draw("2")];
  assertEquals(first, again);
  assert(first !== other);
});

Deno.test("heed generate refuses what does not go together", async () => {
  for (
    const [args, expected] of [
      [["--num-beams", "2", "--seed", "1", "a"], "with several beams"],
      [["--seed", "x", "a"], "whole number"],
      [["--temperature", "0", "--max-new-tokens", "0", "a"], "max-new-tokens"],
    ] as const
  ) {
    const { code, errors } = await heed("generate", "--model", model, ...args);
    assertEquals(code, 2);
    assert(errors.includes(expected), errors);
  }
  const long = await heed(
    "generate",
    "--model",
    model,
    "a b c d e f g h i j k l m n o p q r s t u",
  );
  assertEquals(long.code, 1);
  assert(long.errors.includes("shorten the prompt"), long.errors);
});

Deno.test("heed generate forgets the beginning with --sliding, and writes no bad word", async () => {
  const options = ["--model", model, "--dtype", "fp32", "--json"];
  const long = "a b c d e f g h i j k l m n o p q r s t u the cat sat";
  const slid = await heed("generate", ...options, "--sliding", "--max-new-tokens", "60", long);
  assertEquals(slid.code, 0, slid.errors);
  assert(JSON.parse(slid.out).text.length > 10, slid.out);
  const without = await heed("generate", ...options, "--bad-word", "mat", "the cat sat on the");
  assertEquals(without.code, 0, without.errors);
  assert(!JSON.parse(without.out).text.startsWith(" mat"), without.out);
});

Deno.test("heed attention draws the heads of a language model over a text", async () => {
  const options = ["--model", model, "--dtype", "fp32"];
  const { code, out, errors } = await heed("attention", ...options, "--layer", "0", "the cat sat");
  assertEquals(code, 0, errors);
  const rows = out.trimEnd().split("\n").slice(-3);
  assertEquals(rows.map((row) => row.trimStart().split(" ")[0]), ["the", "cat", "sat"]);
  assertEquals(rows[0].trimEnd().endsWith("@"), true, "the first word sees itself alone");
  const page = `${folder}/page.html`;
  const drawn = await heed("attention", ...options, "--tokens", "--out", page, "the cat sat");
  assertEquals(drawn.code, 0, drawn.errors);
  const { groups } = JSON.parse(
    /id="attention-data">([\s\S]*?)<\/script>/.exec(await Deno.readTextFile(page))![1],
  );
  assertEquals(groups.map(({ kind }: { kind: string }) => kind), ["decoder-self"]);
  assertEquals(groups[0].layers[0].heads.length, 2);
  for (const args of [["a", "b"], ["a", "--self"], ["a", "--to", "de"]]) {
    const refused = await heed("attention", ...options, ...args);
    assertEquals(refused.code, 2);
    assert(refused.errors.includes("with a language model"), refused.errors);
  }
  assertEquals((await heed("attention", ...options, "--layer", "7", "a")).code, 1);
});

/** Nats of the tokens of a text, each after at most `most` tokens, by the engine. */
async function nats(text: string, most: number): Promise<number[]> {
  const { tokenizer } = await loadTokenizer(model);
  using engine = await CausalEngine.load(model, { dtype: "fp32", threads: 1 });
  const { eosTokenId, vocabSize } = engine.config;
  const ids = [eosTokenId, ...tokenizer.encode(text).ids];
  const found: number[] = [];
  for (let i = 1; i < ids.length; i++) {
    const { logits } = await engine.decode(ids.slice(Math.max(0, i - most), i));
    const last = [...logits.subarray(logits.length - vocabSize)];
    found.push(Math.log(last.reduce((sum, x) => sum + Math.exp(x), 0)) - last[ids[i]]);
  }
  return found;
}

Deno.test("heed perplexity is the mean of the tokens' losses, in windows and at once", async () => {
  const measure = async (text: string, ...args: string[]) => {
    await Deno.writeTextFile(`${folder}/text.txt`, text);
    const options = ["--model", model, "--dtype", "fp32", "--json", ...args];
    const { code, out, errors } = await heed("perplexity", `${folder}/text.txt`, ...options);
    assertEquals(code, 0, errors);
    return JSON.parse(out);
  };
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  for (const stride of ["1", "5", "24"]) {
    const { tokens, loss, perplexity } = await measure("the cat saw a dog", "--stride", stride);
    const expected = await nats("the cat saw a dog", 24);
    assertEquals(tokens, expected.length);
    assertAlmostEquals(loss, mean(expected), 1e-4);
    assertAlmostEquals(perplexity, Math.exp(loss), 1e-9);
  }
  // Longer than the model's positions: with a stride of one each token has all that came before in a window.
  const long = "a bird saw the cat and the dog sings on the mat";
  const { loss, tokens, bytes, bitsPerByte } = await measure(long, "--stride", "1");
  assertAlmostEquals(loss, mean(await nats(long, 24)), 1e-4);
  assertAlmostEquals(bitsPerByte, loss * tokens / bytes / Math.LN2, 1e-9);
  const empty = `${folder}/empty.txt`;
  await Deno.writeTextFile(empty, "");
  assertEquals((await heed("perplexity", empty, "--model", model)).code, 1);
});

Deno.test("heed train names what is wrong with a language model's configuration", async () => {
  await Deno.writeTextFile(`${folder}/wrong.json`, '{ "model": "gpt", "data": { "train": [] } }');
  const { code, errors } = await heed("train", `${folder}/wrong.json`);
  assertEquals(code, 2);
  assert(errors.includes("data.train: must have at least 1 items"), errors);
});
