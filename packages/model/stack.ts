import type { BlockSparsity } from "./families/big_bird_blocks.ts";
import type { HeadTensors } from "./families/bert_heads.ts";
import { ONES, type TensorSpec, ZEROS } from "./tensor_spec.ts";

/** Activation between the two halves of a feed-forward network. */
export type Activation = "none" | "relu" | "gelu" | "swish" | "gelu_tanh" | "tanh";

/** A linear layer; without a bias it is zero. */
export interface LinearTensors {
  /** `[outputs, inputs]`, unless it is `transposed`. */
  readonly weight: TensorSpec;
  /** `[outputs]` */
  readonly bias?: TensorSpec;
}

/** Layer normalisation, each `[hidden]`. */
export interface NormTensors {
  /** Factors. */
  readonly weight: TensorSpec;
  /** Summands. */
  readonly bias: TensorSpec;
}

/** Multi-head attention. */
export interface AttentionTensors {
  /** Projection of the queries. */
  readonly query: LinearTensors;
  /** Projection of the keys. */
  readonly key: LinearTensors;
  /** Projection of the values. */
  readonly value: LinearTensors;
  /** Projection of all heads together. */
  readonly output: LinearTensors;
}

/** A feed-forward network. */
export interface FeedForwardTensors {
  /** From hidden to intermediate size. */
  readonly up: LinearTensors;
  /** Back. */
  readonly down: LinearTensors;
}

/** A simpler simple recurrent unit (Kim et al. 2019). */
export interface SsruTensors {
  /** The candidate; it has no bias. */
  readonly candidate: LinearTensors;
  /** The forget gate. */
  readonly forget: LinearTensors;
}

/** One layer of an encoder. */
export interface EncoderLayerTensors {
  /** How many tokens each token of a causal stack sees, itself and those right before it; default all up to itself. */
  readonly window?: number;
  /** Attention of the tokens over each other. */
  readonly selfAttention: AttentionTensors;
  /** Its normalisation. */
  readonly selfAttentionNorm: NormTensors;
  /** Feed-forward network. */
  readonly feedForward: FeedForwardTensors;
  /** Its normalisation. */
  readonly feedForwardNorm: NormTensors;
}

/** One layer of any stack: what it does not have is left out. */
export interface LayerTensors extends Omit<EncoderLayerTensors, "selfAttention"> {
  /** Attention of the tokens over each other, or absent where an SSRU stands in its place. */
  readonly selfAttention?: AttentionTensors;
  /** What reads earlier tokens in the place of self-attention. */
  readonly ssru?: SsruTensors;
  /** Attention to another stack's output. */
  readonly crossAttention?: AttentionTensors;
  /** Its normalisation. */
  readonly crossAttentionNorm?: NormTensors;
}

/** Where a stack's vectors of positions come from. */
export type Positions =
  | {
    readonly kind: "sinusoidal";
    readonly count: number;
    /** Whether the slowest one has the rate 1/10000 itself; as in Marian's own programs; default false. */
    readonly closed?: boolean;
  }
  | {
    readonly kind: "learned";
    readonly count: number;
    readonly table: TensorSpec;
    /** Row of the first position; default 0. */
    readonly first?: number;
  };

/** An encoder, a decoder, or a decoder-only model. */
export interface Stack<Layer extends LayerTensors = LayerTensors> {
  /** Width of the hidden states. */
  readonly hiddenSize: number;
  /** Heads of every layer. */
  readonly numHeads: number;
  /** Width of the feed-forward networks. */
  readonly intermediateSize: number;
  /** Activation of the feed-forward networks. */
  readonly activation: Activation;
  /** Normalise before each sub-layer instead of after it. */
  readonly preNorm: boolean;
  /** Added to the variance by the norms. */
  readonly layerNormEps: number;
  /** A token sees itself and earlier ones only. */
  readonly causal: boolean;
  /** How the attention over long texts is thinned out; undefined where every token sees every other. */
  readonly sparsity?: BlockSparsity | undefined;
  /** Table of token embeddings, `[vocab, hidden]`. */
  readonly tokens: TensorSpec;
  /** Factor of the token embeddings. */
  readonly embeddingScale: number;
  /** What is added to the embeddings for their places. */
  readonly positions: Positions;
  /** Table of token types, `[types, hidden]`. */
  readonly types?: TensorSpec;
  /** Normalisation of the embeddings. */
  readonly embeddingNorm?: NormTensors;
  /** Layers, the first one first. */
  readonly layers: readonly Layer[];
  /** Normalisation after the last layer. */
  readonly finalNorm?: NormTensors;
}

/** A Transformer: its stacks, and what comes after them. */
export interface TransformerTensors {
  /** Reads the source, or the text of an encoder-only model. */
  readonly encoder?: Stack;
  /** Writes. */
  readonly decoder?: Stack;
  /** Projection to logits; its weight is tied where another tensor has its name. */
  readonly output?: LinearTensors;
  /** Dense layer with tanh over the first token, of BERT-like models. */
  readonly pooler?: LinearTensors;
  /** What else turns the encoder's states into logits. */
  readonly heads?: readonly HeadTensors[];
}

/**
 * Describes a linear layer with a bias in PyTorch's layout, `NAME.weight` and `NAME.bias`.
 *
 * @param name Name of the layer.
 * @param sizes Outputs and inputs.
 * @returns Its tensors; fresh weights are Glorot uniform, biases zero.
 *
 * @example
 * ```ts
 * import { linearTensors } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const { weight, bias } = linearTensors("decoder.fc1", [8, 4]);
 * assertEquals([weight.name, ...weight.shape], ["decoder.fc1.weight", 8, 4]);
 * assertEquals(bias?.shape, [8]);
 * ```
 */
export function linearTensors(
  name: string,
  [outputs, inputs]: readonly [outputs: number, inputs: number],
): LinearTensors {
  return {
    weight: { name: `${name}.weight`, shape: [outputs, inputs], init: { kind: "xavier-uniform" } },
    bias: { name: `${name}.bias`, shape: [outputs], init: ZEROS },
  };
}

/**
 * Describes a layer normalisation, `NAME.weight` and `NAME.bias`.
 *
 * @param name Name of the layer.
 * @param size Width of what it normalises.
 * @returns Its tensors; a fresh one is the identity.
 *
 * @example
 * ```ts
 * import { normTensors } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const { weight, bias } = normTensors("encoder.norm", 4);
 * assertEquals([weight.name, bias.name], ["encoder.norm.weight", "encoder.norm.bias"]);
 * assertEquals(weight.init, { kind: "constant", values: [1] });
 * ```
 */
export function normTensors(name: string, size: number): NormTensors {
  return {
    weight: { name: `${name}.weight`, shape: [size], init: ONES },
    bias: { name: `${name}.bias`, shape: [size], init: ZEROS },
  };
}
