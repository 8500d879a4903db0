import { assert, assertEquals, assertThrows } from "@std/assert";
import { selectDevice } from "@heed/nn";
import { architectures, parseExperimentConfig } from "./config.ts";
import full from "./full.json" with { type: "json" };
import { compareParameters, countParameters, createModel, modelConfig } from "./models.ts";
import small from "./small.json" with { type: "json" };
import tiny from "./testing/tiny.json" with { type: "json" };

// The small text gives fewer pieces than it is asked for.
for (const [name, json, vocabSize] of [["full", full, 4000], ["small", small, 151]] as const) {
  Deno.test(`the models of ${name}.json have about as many parameters`, async () => {
    await selectDevice({ prefer: "wasm" });
    const config = parseExperimentConfig(json);
    const vocabulary = { vocabSize, padTokenId: vocabSize - 1, eosTokenId: 0 };
    const counts = Object.values(compareParameters(config, vocabulary));
    assert(Math.max(...counts) <= 1.1 * Math.min(...counts), String(counts));
    const larger = { ...config.models.rnnsearch, decoderHiddenSize: 1000 };
    assertThrows(
      () => compareParameters({ models: { ...config.models, rnnsearch: larger } }, vocabulary),
      RangeError,
      "parameters, more than 10 % apart",
    );
  });
}

Deno.test("countParameters() counts what a model has", async () => {
  await selectDevice({ prefer: "wasm" });
  const vocabulary = { vocabSize: 50, padTokenId: 49, eosTokenId: 0 };
  for (const architecture of architectures) {
    const config = modelConfig(architecture, parseExperimentConfig(tiny), vocabulary);
    using model = await createModel(config, { seed: 1 });
    const sizes = [...model.named.values()].map(({ size }) => size);
    assertEquals(countParameters(config), sizes.reduce((a, b) => a + b, 0), architecture);
  }
});
