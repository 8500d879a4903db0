/**
 * Runner of Heed's own engine.
 *
 *     deno run --allow-all heed.ts MODEL int8|fp32 THREADS WORKLOAD
 *
 * With several threads as many batches are in flight as there are threads.
 */
import { inBatches, type Sentence, type Setting, type Workload } from "./protocol.ts";
import { serve, silenceConsole } from "./serve.ts";

interface Translator {
  generate(
    inputIds: number[][],
    options: { numBeams: number; maxNewTokens: number },
  ): Promise<{ ids: number[] }[][]>;
}
interface Encoder {
  encode(inputIds: number[][]): Promise<{ states: Float32Array[] }>;
}
type Load<T> = (directory: string, options: Record<string, unknown>) => Promise<T>;

const [model, dtype, threadText, workloadPath] = Deno.args;
const threads = Number(threadText);
silenceConsole();
await serve(load, workloadPath);

async function load(workload: Workload) {
  const engine = await import("@heed/engine") as unknown as {
    Seq2SeqEngine: { load: Load<Translator> };
    EncoderEngine: { load: Load<Encoder> };
    describeMachine(): { simd: string };
  };
  const options = { dtype, threads };
  const program = `Heed ${dtype}, ${engine.describeMachine().simd}`;
  if (workload.kind === "encode") {
    const encoder = await engine.EncoderEngine.load(model, options);
    return {
      program,
      run: ({ batch }: Setting) =>
        inFlight(inBatches(workload.sentences, batch), async (sentences) => {
          const { states } = await encoder.encode(idsOf(sentences));
          return states.map((state) => Array.from(state.subarray(0, 4)));
        }),
    };
  }
  const translator = await engine.Seq2SeqEngine.load(model, options);
  const maxNewTokens = workload.newTokens ?? workload.maxNewTokens;
  return {
    program,
    run: ({ batch, beams }: Setting) =>
      inFlight(inBatches(workload.sentences, batch), async (sentences) => {
        const results = await translator.generate(idsOf(sentences), {
          numBeams: beams,
          maxNewTokens,
        });
        return results.map(([{ ids }]) => ids.filter((id) => id !== workload.eosTokenId));
      }),
  };
}

function idsOf(sentences: readonly Sentence[]): number[][] {
  return sentences.map(({ ids }) => [...ids]);
}

/** Runs the batches in order, `threads` at once. */
async function inFlight<T>(
  batches: Sentence[][],
  run: (batch: Sentence[]) => Promise<T[]>,
): Promise<T[]> {
  const results: T[][] = [];
  let next = 0;
  const lane = async () => {
    while (next < batches.length) {
      const at = next++;
      results[at] = await run(batches[at]);
    }
  };
  await Promise.all(Array.from({ length: threads }, lane));
  return results.flat();
}
