import type { EncoderTask, HeadTensors, TransformerTensors } from "@heed/model";
import { headGeometry, LinearPacker, padded } from "./linear_packer.ts";
import { ACTIVATIONS, type PackedStack, type StackPacker } from "./stack_packer.ts";
import { type PackingContext, readVector } from "./weight_rows.ts";

/** A head in the WASM memory. A plain value: threads that share the memory share it. */
export interface PackedHead {
  readonly task: EncoderTask;
  /** Which states it reads. */
  readonly reads: HeadTensors["reads"];
  /** Descriptor of the dense layer before the projection, and number of its activation; absent without. */
  readonly dense?: { readonly linear: number; readonly activation: number };
  /** Descriptor of a second one, back to the hidden size, to which what the head reads is added; absent without. */
  readonly down?: number | undefined;
  /** Numbers that the first one gives, padded. */
  readonly inner: number;
  /** Normalisation before the projection. */
  readonly norm?: {
    readonly weight: Float32Array;
    readonly bias: Float32Array;
    readonly eps: number;
  };
  /** Descriptor of the projection. */
  readonly output: number;
  /** Logits. */
  readonly outputs: number;
  /** The same padded. */
  readonly stride: number;
}

/** What heads are packed with. */
interface HeadContext {
  readonly context: PackingContext;
  readonly linears: LinearPacker;
  readonly stacks: StackPacker;
  readonly encoder: PackedStack;
  readonly tensors: TransformerTensors;
}

/**
 * Packs the heads of an encoder. Their weights stay float32, whatever the others are: they are small, and nothing
 * after them evens an error out. A projection that is tied to the embeddings is as these are.
 */
export async function packHeads(
  heads: readonly HeadTensors[],
  { context, linears, stacks, encoder, tensors }: HeadContext,
): Promise<PackedHead[]> {
  const exact = new LinearPacker(context, "fp32");
  const square = headGeometry(encoder.size, 1);
  const packed: PackedHead[] = [];
  for (const { task, reads, dense, activation = "none", down, norm, output } of heads) {
    const outputs = output.weight.shape[0];
    const isTied = output.weight.name === tensors.encoder?.tokens.name;
    packed.push({
      task,
      reads,
      dense: dense && {
        linear: await exact.pack({ parts: [dense] }, square),
        activation: ACTIVATIONS[activation],
      },
      down: down && await exact.pack({ parts: [down] }, square),
      inner: padded(dense?.weight.shape[0] ?? 0),
      norm: norm && {
        weight: await readVector(norm.weight, context),
        bias: await readVector(norm.bias, context),
        eps: tensors.encoder!.layerNormEps,
      },
      output: isTied
        ? linears.withBias(
          await stacks.table(output.weight),
          output.bias && await readVector(output.bias, context),
          { filler: 0 },
        )
        : await exact.pack({ parts: [output] }, square),
      outputs,
      stride: padded(outputs),
    });
  }
  linears.packedBytes += exact.packedBytes;
  return packed;
}
