import type { ModelConfig, Runtime } from "./decide_runtime.ts";

/** Model types that each can run. */
const modelTypes: Readonly<Record<Runtime["engine"], readonly string[]>> = {
  engine: ["marian"],
  tfjs: ["marian", "heed-rnn"],
};

/** Why the engine, or tfjs, cannot run a model with this `config.json`; undefined when it can. */
export function modelRefusal(
  runner: Runtime["engine"],
  config: ModelConfig,
): string | undefined {
  const name = runner === "engine" ? "the engine" : "tfjs";
  const { model_type: type, decoder_autoreg: autoreg } = config;
  const known = modelTypes[runner];
  if (!known.some((known) => known === type)) {
    return `${name} knows models of type ${known.join(", ")}, and this is ${JSON.stringify(type)}`;
  }
  if (runner === "tfjs" && autoreg === "rnn") {
    return "tfjs has no SSRU decoder, which this model has";
  }
  return undefined;
}
