import { assertEquals, assertRejects } from "@std/assert";
import { byteLevelPipeline, PipelineTokenizer } from "@heed/tokenizer";
import { type PromptModel, streamText } from "./stream_text.ts";

const letters = "abcdefghijklmnopqrstuvwxyz".split("");
const vocab = new Map([...letters, "<|endoftext|>"].map((token, id) => [token, id]));
const tokenizer = PipelineTokenizer.fromJson(byteLevelPipeline({ vocab, merges: [] }));
const END = 26;

/** Writes a text letter by letter, and then ends it. */
function writer(text: string, seen?: { prompts: number[][]; steps: number }): PromptModel {
  return {
    config: { eosTokenId: END, maxPositionEmbeddings: 8 },
    async generate([prompt], { onToken, signal } = {}) {
      seen?.prompts.push([...prompt]);
      const ids = [...tokenizer.encode(text).ids, END];
      for (const [step, id] of ids.entries()) {
        signal?.throwIfAborted();
        onToken?.({ sentence: 0, sequence: 0, step, id, logProb: 0, last: id === END });
        if (seen) seen.steps++;
        await new Promise((resolve) => setTimeout(resolve));
      }
      return [[{ ids, logProb: 0, score: 0, finished: true, tokenLogProbs: ids.map(() => 0) }]];
    },
  };
}

const pieces = (model: PromptModel, prompt: string, stop: string[] = []) =>
  Array.fromAsync(streamText(model, prompt, { tokenizer, stop }));

Deno.test("streamText() gives a text as it is written, without its end token", async () => {
  const seen = { prompts: [] as number[][], steps: 0 };
  assertEquals(await pieces(writer("abc", seen), "xy"), ["a", "b", "c"]);
  assertEquals(seen.prompts, [[23, 24]]);
});

Deno.test("streamText() begins a text where there is no prompt", async () => {
  const seen = { prompts: [] as number[][], steps: 0 };
  assertEquals(await pieces(writer("a", seen), ""), ["a"]);
  assertEquals(seen.prompts, [[END]]);
});

Deno.test("streamText() ends before a stop string, and ends the search", async () => {
  const seen = { prompts: [] as number[][], steps: 0 };
  assertEquals(await pieces(writer("abcdefghijkl", seen), "x", ["def"]), ["a", "b", "c"]);
  assertEquals(seen.steps < 12, true);
});

Deno.test("streamText() gives what only began like a stop string", async () => {
  assertEquals((await pieces(writer("abcabd"), "x", ["abd", "bcd"])).join(""), "abc");
  assertEquals((await pieces(writer("abca"), "x", ["abd"])).join(""), "abca");
  assertEquals((await pieces(writer("abab"), "x", ["abc"])).join(""), "abab");
});

Deno.test("streamText() refuses a prompt that is longer than the model's positions", async () => {
  await assertRejects(() => pieces(writer("a"), "abcdefghi"), RangeError, "9 tokens");
});
