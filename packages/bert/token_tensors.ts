import * as tf from "@tensorflow/tfjs";

/** Texts as tensors, padded on the right; all owned by whoever asked. */
export interface TokenTensors {
  /** `[batch, seq_len]` int32. */
  readonly inputIds: tf.Tensor;
  /** `[batch, seq_len]` int32, in models that have token types. */
  readonly tokenTypeIds?: tf.Tensor;
  /** `[batch, seq_len]` float32, 1 = token; absent where no text is padded. */
  readonly attentionMask?: tf.Tensor;
}

/**
 * Pads texts into tensors.
 *
 * @param inputIds Ids `[batch][length]`.
 * @param options The id of padding; whether the model has token types, and those of the tokens, by default 0.
 * @returns The tensors.
 *
 * @example
 * ```ts
 * import { tokenTensors } from "@heed/bert/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = tokenTensors([[0, 7, 2], [0, 2]], { padTokenId: 1, hasTypes: false });
 * assertEquals([...await tokens.inputIds.data()], [0, 7, 2, 0, 2, 1]);
 * assertEquals([...await tokens.attentionMask!.data()], [1, 1, 1, 1, 1, 0]);
 * ```
 */
export function tokenTensors(
  inputIds: readonly (readonly number[])[],
  { padTokenId, hasTypes, tokenTypeIds }: {
    padTokenId: number;
    hasTypes: boolean;
    tokenTypeIds?: readonly (readonly number[])[];
  },
): TokenTensors {
  const batch = inputIds.length;
  const longest = inputIds.reduce((most, { length }) => Math.max(most, length), 0);
  const padded = (rows: readonly (readonly number[])[], filler: number) => {
    const values = new Int32Array(batch * longest).fill(filler);
    rows.forEach((row, i) => values.set(row, i * longest));
    return tf.tensor(values, [batch, longest], "int32");
  };
  const mask = new Float32Array(batch * longest);
  inputIds.forEach(({ length }, i) => mask.fill(1, i * longest, i * longest + length));
  const isPadded = inputIds.some(({ length }) => length < longest);
  return {
    inputIds: padded(inputIds, padTokenId),
    tokenTypeIds: hasTypes ? padded(tokenTypeIds ?? [], 0) : undefined,
    attentionMask: isPadded ? tf.tensor(mask, [batch, longest]) : undefined,
  };
}
