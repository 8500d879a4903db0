import type { CausalConfig, TensorSpec } from "@heed/model";

/**
 * How a tensor of a new model is drawn: the projections back into the residual stream smaller the more layers there
 * are (Radford et al. 2019, section 2.3).
 *
 * @param spec What the family says of the tensor.
 * @param config Sizes.
 * @returns What is drawn.
 */
export function freshSpec(spec: TensorSpec, { numHiddenLayers }: CausalConfig): TensorSpec {
  const { init } = spec;
  if (init.kind !== "normal" || !spec.name.endsWith(".c_proj.weight")) return spec;
  return { ...spec, init: { ...init, std: init.std / Math.sqrt(2 * numHiddenLayers) } };
}
