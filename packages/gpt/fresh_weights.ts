import type { CausalConfig, TensorSpec } from "@heed/model";
import { weightName } from "./weights.ts";

/**
 * How a weight of a new model is drawn: `[out, in]`, each part of a stored tensor by itself, and the projections back
 * into the residual stream smaller the more layers there are (Radford et al. 2019, section 2.3).
 *
 * @param spec What the family says of the stored tensor.
 * @param config Sizes.
 * @returns What is drawn, under its name in memory.
 */
export function freshSpec(spec: TensorSpec, { numHiddenLayers }: CausalConfig): TensorSpec {
  const { shape, transposed, slice, init } = spec;
  const rows = transposed ? shape.toReversed() : shape;
  const isResidual = init.kind === "normal" && /\.c_proj\.weight$/.test(spec.name);
  return {
    name: weightName(spec),
    shape: slice ? [rows[0] / slice.count, ...rows.slice(1)] : rows,
    init: isResidual ? { ...init, std: init.std / Math.sqrt(2 * numHiddenLayers) } : init,
  };
}
