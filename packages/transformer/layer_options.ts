import type { Activation } from "@heed/nn";

/** Sizes of an encoder or decoder layer. */
export interface TransformerLayerConfig {
  /** Width of the hidden states; a multiple of `numHeads` unless `headDim` is given. */
  readonly hiddenSize: number;
  /** Width inside the feed-forward network. */
  readonly intermediateSize: number;
  /** Number of attention heads. */
  readonly numHeads: number;
  /** Width of an attention head; default `hiddenSize / numHeads`. */
  readonly headDim?: number;
}

/** Dropout rates of a layer while it is trained; inference leaves the whole record out. */
export interface TransformerDropout {
  /** After every sub-layer, before the residual sum. */
  readonly hidden: number;
  /** Of the attention weights; default 0. */
  readonly attention?: number;
  /** After the activation of the feed-forward network; default 0. */
  readonly activation?: number;
  /** Seed of this layer's masks in this step. */
  readonly seed: number;
}

/** What encoder and decoder layers have in common. */
export interface TransformerLayerOptions {
  /** Number of attention heads. */
  readonly numHeads: number;
  /** Activation of the feed-forward network. */
  readonly activation: Activation;
  /**
   * Where the layer normalisation stands: after the residual sum as in the paper (false, the
   * default), or before each sub-layer (Xiong et al. 2020).
   */
  readonly normFirst?: boolean;
  /** Epsilon of the layer normalisations; default 1e-5. */
  readonly layerNormEps?: number;
  /** Dropout rates; default none. */
  readonly dropout?: TransformerDropout;
}
