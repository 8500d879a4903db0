import { assertEquals, assertRejects } from "@std/assert";
import {
  type ShortlistProgress,
  type ShortlistTokenizer,
  trainShortlist,
  type TrainShortlistOptions,
} from "./train_shortlist.ts";

const tokens = ["</s>", "<unk>", "<0x00>", "<0xFf>", "a", "b", "c", "A", "B", "C", "filler"];
const encode = (text: string) => ({
  ids: [...text.split(" ").filter(Boolean).map((word) => tokens.indexOf(word)), 0],
});
const tokenizer: ShortlistTokenizer = {
  eosTokenId: 0,
  unkTokenId: 1,
  encode,
  encodeTarget: encode,
  tokenToId: (token) => token === "filler" ? undefined : tokens.indexOf(token),
  idToToken: (id) => tokens[id],
};
const pairs: [string, string][] = [
  ["a b", "A B"],
  ["a c", "A C"],
  ["b", "B filler"],
  ["c", "C filler filler"],
];
const train = (text: Iterable<[string, string]>, options: Partial<TrainShortlistOptions> = {}) =>
  trainShortlist(text, { tokenizer, vocabSize: 12, best: 1, frequent: 0, ...options });

Deno.test("trainShortlist() keeps translations, the tokens themselves, ends, unknowns and bytes", async () => {
  const shortlist = await train(pairs);
  const named = (source: string) =>
    [...shortlist.select(encode(source).ids)].map((id) => tokens[id]);
  const always = ["</s>", "<unk>", "<0x00>", "<0xFf>"];
  assertEquals(named(""), always);
  assertEquals(named("a"), [...always, "a", "A"]);
  assertEquals(named("b c"), [...always, "b", "c", "B", "C"]);
  const frequent = await train(pairs, { frequent: 1 });
  assertEquals([...frequent.select([])].map((id) => tokens[id]), [...always, "filler"]);
});

Deno.test("trainShortlist() leaves out pairs that say little, and tells how far it is", async () => {
  const seen: ShortlistProgress[] = [];
  const long: [string, string] = ["a ".repeat(257), "C"];
  const empty: [string, string][] = [["", "C"], ["a", ""]];
  const text = [...pairs, ...Array(1000).fill(long), ...empty];
  const shortlist = await train(text, { onProgress: (progress) => seen.push(progress) });
  assertEquals(shortlist.parts, (await train(pairs)).parts);
  assertEquals(seen[0], { stage: "read", pairs: 1000, share: 0 });
});

Deno.test("trainShortlist() says what is wrong, and can be stopped", async () => {
  const reject = (text: [string, string][], options: object, message: string) =>
    assertRejects(() => train(text, options), Error, message);
  await reject([], {}, "the text has no pair of source and target");
  await reject([["", ""]], {}, "the text has no pair of source and target");
  await reject(pairs, { best: -1 }, "with best -1");
  await reject(pairs, { frequent: 0.5 }, "with frequent 0.5");
  const signal = AbortSignal.abort(new Error("enough"));
  await reject(pairs, { signal }, "enough");
  await reject(Array(2000).fill(pairs[0]), { signal }, "enough");
});
