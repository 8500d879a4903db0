import { assert, assertEquals, assertRejects } from "@std/assert";
import { Translator } from "./mod.ts";
import { ReversingModel, WordTokenizer } from "./testing/fake_model.ts";

/** Layers of one head in which every query attends to its own place, or the last. */
function maps(queries: number, keys: number) {
  const weights = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i++) weights[i * keys + Math.min(i, keys - 1)] = 1;
  return { weights, layers: 1, heads: 1, queries, keys };
}

class AttentiveModel extends ReversingModel {
  async attentions(inputIds: number[], targetIds: number[]) {
    return {
      encoder: maps(inputIds.length, inputIds.length),
      decoder: maps(targetIds.length, targetIds.length),
      cross: maps(targetIds.length, inputIds.length),
      alignment: await this.crossAttention(inputIds, targetIds),
      startTokenId: 0,
    };
  }
}

class TwoSidedTokenizer extends WordTokenizer {
  encodeTarget(text: string) {
    return this.encode(text);
  }
}

const languages = [{ source: "en", target: "de" }];
const translator = () =>
  new Translator({ model: new AttentiveModel(), tokenizer: new TwoSidedTokenizer(), languages });

Deno.test("attention() searches for a translation of the whole text as one sentence", async () => {
  const { sourceTokens, ...found } = await translator().attention("One two. Three four.");
  assertEquals(sourceTokens, ["One", "two.", "Three", "four.", "</s>"]);
  assertEquals([found.target, found.isGenerated], ["four. Three two. One", true]);
  assertEquals(found.targetTokens, ["four.", "Three", "two.", "One", "</s>"]);
  assertEquals(found.readTokens, ["</s>", "four.", "Three", "two.", "One"]);
  assertEquals([found.cross.queries, found.cross.keys], [5, 5]);
});

Deno.test("attention() takes a target that is given, in any script", async () => {
  const found = await translator().attention("one two", { target: "два один שלום 猫" });
  assertEquals([found.target, found.isGenerated], ["два один שלום 猫", false]);
  assertEquals(found.targetTokens, ["два", "один", "שלום", "猫", "</s>"]);
  assertEquals([found.cross.queries, found.cross.keys], [5, 3]);
});

Deno.test("attention() names what it cannot look at", async () => {
  const attention = (source: string, options = {}) => () => translator().attention(source, options);
  await assertRejects(attention(" \n"), RangeError, "the source is empty");
  await assertRejects(attention("a", { target: "" }), RangeError, "the target is empty");
  await assertRejects(
    attention("a ".repeat(1000)),
    RangeError,
    "1001 tokens and the model takes 12",
  );
  const long = { target: "a ".repeat(12) };
  await assertRejects(attention("a", long), RangeError, "target has 13 tokens");
  await assertRejects(attention("a", { to: "fr" }), RangeError, "Cannot translate to fr");
  await assertRejects(attention("a", { numBeams: 0 }), RangeError, "numBeams 0");

  const plain = new Translator({ model: new ReversingModel(), tokenizer: new WordTokenizer() });
  await assertRejects(() => plain.attention("a"), TypeError, "this model gives none");
  const oneSided = new Translator({ model: new AttentiveModel(), tokenizer: new WordTokenizer() });
  await assertRejects(() => oneSided.attention("a", { target: "b" }), TypeError, "no target");
  assert((await oneSided.attention("a")).isGenerated);
});
