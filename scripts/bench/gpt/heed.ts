/**
 * Runner of Heed's engine, one thread.
 *
 *     deno run --allow-all heed.ts MODEL int8|fp32
 */
import { CausalEngine, describeMachine } from "@heed/engine";
import { serve } from "./serve.ts";

const [model, dtype] = Deno.args;
const engine = await CausalEngine.load(model, { dtype: dtype as "int8" | "fp32", threads: 1 });
const { eosTokenId } = engine.config;
await serve(`Heed ${dtype}, ${describeMachine().simd}`, async (prompts, newTokens) => {
  // The end token is out of reach for all programs.
  const found = await engine.generate(prompts, {
    maxNewTokens: newTokens,
    bannedTokenIds: [eosTokenId],
  });
  return found.map(([{ ids }]) => ids);
});
