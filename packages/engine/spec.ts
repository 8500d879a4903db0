/** Activation between the two halves of a feed-forward network. */
export type Activation = "none" | "relu" | "gelu" | "swish" | "gelu_tanh" | "tanh";

/** One tensor, or some rows of it, that becomes part of a {@linkcode LinearSpec}. */
export interface LinearPart {
  /** Name of the weight in the checkpoint. */
  readonly weight: string;
  /** Name of the bias; zero where absent. */
  readonly bias?: string;
  /** Outputs that the stored tensor has. */
  readonly outputs: number;
  /** Inputs that it has. */
  readonly inputs: number;
  /** The tensor is stored `[inputs, outputs]` instead of `[outputs, inputs]`. */
  readonly transposed?: boolean;
  /** Which third (or other fraction) of the stored outputs to take; default all. */
  readonly slice?: { readonly index: number; readonly count: number };
}

/** A linear layer, made of parts that lie one after the other along its outputs. */
export interface LinearSpec {
  readonly parts: readonly LinearPart[];
  /** Outputs of each part are laid out by attention heads, whose size is padded. */
  readonly headsOut?: boolean;
  /** Inputs are laid out so. */
  readonly headsIn?: boolean;
}

/** Layer normalisation. */
export interface NormSpec {
  readonly weight: string;
  readonly bias: string;
}

/** One layer of a stack. */
export interface LayerSpec {
  /** Self-attention, or absent where an SSRU stands in its place. */
  readonly self?: { readonly queryKeyValue: LinearSpec; readonly output: LinearSpec };
  /** Simpler simple recurrent unit: candidate, then forget gate. */
  readonly ssru?: LinearSpec;
  readonly selfNorm: NormSpec;
  /** Attention to another stack's output. */
  readonly cross?: {
    readonly query: LinearSpec;
    /** Keys, then values, of the other stack's output. */
    readonly keyValue: readonly LinearPart[];
    readonly output: LinearSpec;
    readonly norm: NormSpec;
  };
  readonly up: LinearSpec;
  readonly down: LinearSpec;
  readonly ffnNorm: NormSpec;
}

/** Where a stack's vectors of positions come from. */
export type PositionsSpec =
  | { readonly kind: "sinusoidal"; readonly count: number }
  | { readonly kind: "learned"; readonly count: number; readonly weight: string };

/** An encoder, a decoder, or a decoder-only model, by the names of its weights. */
export interface StackSpec {
  readonly hiddenSize: number;
  readonly numHeads: number;
  readonly ffnSize: number;
  readonly activation: Activation;
  /** Normalise before each sub-layer instead of after it. */
  readonly preNorm: boolean;
  readonly eps: number;
  /** A token sees itself and earlier ones. */
  readonly causal: boolean;
  readonly layers: readonly LayerSpec[];
  readonly finalNorm?: NormSpec;
  readonly tokens: { readonly weight: string; readonly vocabSize: number };
  readonly embeddingScale: number;
  readonly positions: PositionsSpec;
  readonly types?: { readonly weight: string; readonly count: number };
  readonly embeddingNorm?: NormSpec;
}

/** All that the engine needs to know of a model: its stacks and what comes after them. */
export interface ModelSpec {
  readonly encoder?: StackSpec;
  readonly decoder?: StackSpec;
  /** Projection to logits, with the token table as its weight if the names agree. */
  readonly output?: {
    readonly weight: string;
    readonly bias?: string;
    readonly biasShape?: readonly number[];
  };
  /** Dense layer over the first token, of BERT-like models. */
  readonly pooler?: LinearSpec;
  /** Names in a checkpoint that are not read, such as copies and computed tables. */
  readonly ignored: RegExp;
}

/**
 * Lists every tensor that a model needs.
 *
 * @param spec The model.
 * @returns Names and shapes as they stand in the checkpoint; a name occurs once.
 */
export function tensorsOf(spec: ModelSpec): Map<string, { shape: readonly number[] }> {
  const tensors = new Map<string, { shape: readonly number[] }>();
  const add = (name: string, ...shape: number[]) => tensors.set(name, { shape });
  const part = ({ weight, bias, outputs, inputs, transposed }: LinearPart) => {
    add(weight, ...(transposed ? [inputs, outputs] : [outputs, inputs]));
    if (bias !== undefined) add(bias, outputs);
  };
  const linear = (linear: LinearSpec | undefined) => linear?.parts.forEach(part);
  for (const stack of [spec.encoder, spec.decoder]) {
    if (stack === undefined) continue;
    const { hiddenSize, tokens, positions, types } = stack;
    const norm = (norm: NormSpec | undefined) => {
      if (norm === undefined) return;
      add(norm.weight, hiddenSize);
      add(norm.bias, hiddenSize);
    };
    add(tokens.weight, tokens.vocabSize, hiddenSize);
    if (positions.kind === "learned") add(positions.weight, positions.count, hiddenSize);
    if (types) add(types.weight, types.count, hiddenSize);
    norm(stack.embeddingNorm);
    for (const { self, ssru, selfNorm, cross, up, down, ffnNorm } of stack.layers) {
      linear(self?.queryKeyValue);
      linear(self?.output);
      linear(ssru);
      norm(selfNorm);
      linear(cross?.query);
      cross?.keyValue.forEach(part);
      linear(cross?.output);
      norm(cross?.norm);
      linear(up);
      linear(down);
      norm(ffnNorm);
    }
    norm(stack.finalNorm);
  }
  const last = spec.decoder ?? spec.encoder;
  if (spec.output && last) {
    add(spec.output.weight, last.tokens.vocabSize, last.hiddenSize);
    if (spec.output.bias) {
      add(spec.output.bias, ...(spec.output.biasShape ?? [last.tokens.vocabSize]));
    }
  }
  linear(spec.pooler);
  return tensors;
}
