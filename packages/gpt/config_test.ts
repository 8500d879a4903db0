import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type CausalTensors, findFamily, tensorsOf } from "@heed/model";
import { countParameters, gptConfig, gptPresets } from "./config.ts";

/** Billions of parameters that the papers state; GPT-2's first two are of the corrected table in its repository. */
const published: Record<keyof typeof gptPresets, number> = {
  "gpt2": 0.124,
  "gpt2-medium": 0.355,
  "gpt2-large": 0.774,
  "gpt2-xl": 1.558,
  "gpt3-small": 0.125,
  "gpt3-medium": 0.356,
  "gpt3-large": 0.760,
  "gpt3-xl": 1.3,
  "gpt3-2.7b": 2.7,
  "gpt3-6.7b": 6.7,
  "gpt3-13b": 13.0,
  "gpt3-175b": 175.0,
};

Deno.test("gptPresets have the parameters that the papers state", () => {
  for (const [name, sizes] of Object.entries(gptPresets)) {
    // GPT-3's 1.3 billion are 24 layers of 2048 with 24 heads of 128, wider than the hidden size: counted without.
    const config = gptConfig(name === "gpt3-xl" ? { ...sizes, numHeads: 16 } : sizes);
    const stated = published[name as keyof typeof published];
    assertAlmostEquals(countParameters(config) / 1e9, stated, stated * 0.02, name);
  }
});

Deno.test("countParameters() counts what the family describes", () => {
  const config = gptConfig({ vocabSize: 100, hiddenSize: 8, numHiddenLayers: 2, numHeads: 2 });
  const tensors = tensorsOf(findFamily("gpt2").tensors(config) as CausalTensors);
  const sizes = [...tensors.values()].map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  assertEquals(countParameters(config), sizes.reduce((a, b) => a + b, 0));
});
