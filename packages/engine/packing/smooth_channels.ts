import { runEncoder } from "../programs/encode.ts";
import type { LinearPacker, SmoothLinear } from "./linear_packer.ts";
import type { EngineThread } from "./pack_model.ts";
import type { PackedStack } from "./stack_packer.ts";
import { openWeightRows, type PackingContext, SLICE_ROWS } from "./weight_rows.ts";

/** How much of the unevenness goes from the inputs to the weights; see Xiao et al. 2023, equation 4. */
const SHARE = 0.6;
/** Texts that are read to see how large each channel is, and their tokens. */
const TEXTS = 4, TOKENS = 32;
/** Channels and weights of less count as that much. */
const LEAST = 1e-5;

/**
 * Evens out the channels of what int8 products read (SmoothQuant; Xiao et al. 2023): a BERT's states have a few that
 * are ten times as large as the others, which take all precision when a token has one scale. The inputs are divided
 * by a factor for each channel, the weights multiplied by it. How large channels are is the same for nearly any input,
 * so that some tokens from all over the vocabulary tell.
 *
 * @param thread Kernels and heap.
 * @param encoder The packed encoder.
 * @param packer What packed it; its reader must still be open.
 * @param context The same, for the weights.
 */
export async function smoothChannels(
  thread: EngineThread,
  encoder: PackedStack,
  { packer, context }: { packer: LinearPacker; context: PackingContext },
): Promise<void> {
  if (packer.smooth.length === 0) return;
  const { heap, kernels } = thread;
  kernels.recordChannels(1);
  try {
    const { states } = runEncoder(thread, encoder, probes(encoder));
    heap.free(states);
  } finally {
    kernels.recordChannels(0);
  }
  for (const linear of packer.smooth) {
    const { channels, k } = linear;
    const inputs = heap.views.floats.slice(channels / 4, channels / 4 + k);
    const weights = await columnMaxima(linear, context);
    const factors = inputs.map((most, i) =>
      most === 0 || weights[i] === 0
        ? 1
        : Math.max(most, LEAST) ** SHARE / Math.max(weights[i], LEAST) ** (1 - SHARE)
    );
    await packer.repack(linear, factors);
    const { floats } = heap.views;
    factors.forEach((factor, i) => floats[channels / 4 + i] = 1 / factor);
  }
}

/** Ids from all over the vocabulary, and the first of it, where special tokens are. */
function probes({ vocabSize, maxPositions }: PackedStack): number[][] {
  const length = Math.min(TOKENS, maxPositions);
  return Array.from(
    { length: TEXTS },
    (_, text) =>
      Array.from(
        { length },
        (_, i) => text === 0 ? i % vocabSize : (text * 8191 + i * 4099) % vocabSize,
      ),
  );
}

/** The largest magnitude of each column. */
async function columnMaxima(
  { layer: { parts }, k }: SmoothLinear,
  context: PackingContext,
): Promise<Float32Array> {
  const most = new Float32Array(k);
  for (const { weight } of parts) {
    const rows = await openWeightRows(weight, context);
    const inputs = weight.shape[weight.transposed ? 0 : 1];
    for (let start = 0; start < rows.count; start += SLICE_ROWS) {
      const end = Math.min(start + SLICE_ROWS, rows.count);
      let at = rows.read(start, end) / 4;
      const { floats } = context.heap.views;
      for (let row = start; row < end; row++) {
        for (let i = 0; i < inputs; i++) most[i] = Math.max(most[i], Math.abs(floats[at++]));
      }
    }
    rows.free();
  }
  return most;
}
