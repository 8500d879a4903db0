/**
 * Runner of onnxruntime under Deno: WASM SIMD of the npm package onnxruntime-web, or the native onnxruntime-node.
 *
 *     deno run --allow-all --no-lock onnxruntime.ts web|node CACHE MODEL fp32|q8 WORKLOAD
 *
 * A tight greedy loop: the cache goes from a step's outputs to the next step's inputs as it comes, the best token is
 * chosen inside the graph, and a batch ends with its last sentence.
 */
import { inBatches, type Sentence, type Setting, type Workload } from "./protocol.ts";
import { serve, silenceConsole } from "./serve.ts";

interface Tensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}
type Tensors = Record<string, Tensor>;
interface Session {
  readonly inputNames: readonly string[];
  run(inputs: Tensors): Promise<Tensors>;
}
interface Runtime {
  env: { wasm: { numThreads: number; wasmPaths: string; proxy: boolean }; logLevel: string };
  Tensor: new (
    type: string,
    data: Float32Array | BigInt64Array,
    dims: readonly number[],
  ) => Tensor;
  InferenceSession: {
    create(model: string | Uint8Array, options: Record<string, unknown>): Promise<Session>;
  };
}

const [variant, cache, model, precision, workloadPath] = Deno.args;
const HIDDEN = -1e9;
silenceConsole();
await serve(load, workloadPath);

async function load(workload: Workload) {
  const ort = await importRuntime();
  const version = JSON.parse(
    await Deno.readTextFile(`${cache}/node_modules/onnxruntime-${variant}/package.json`),
  ).version;
  const open = async (name: string) => {
    const path = `${model}/${name}.${precision}.onnx`;
    return ort.InferenceSession.create(variant === "web" ? await Deno.readFile(path) : path, {
      executionProviders: [variant === "web" ? "wasm" : "cpu"],
      graphOptimizationLevel: "all",
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  };
  const encoder = await open("encoder");
  const decoder = workload.kind === "translate" ? await open("decoder") : undefined;
  return {
    program: `onnxruntime-${variant} ${version}`,
    run: async ({ batch }: Setting) => {
      const outputs: number[][] = [];
      for (const sentences of inBatches(workload.sentences, batch)) {
        if (decoder) outputs.push(...await translate({ ort, encoder, decoder }, sentences));
        else outputs.push(...await encode(sentences));
      }
      return outputs;
    },
  };

  async function encode(sentences: readonly Sentence[]): Promise<number[][]> {
    const { hidden } = await encoder.run(sourceInputs(ort, sentences, workload.padTokenId));
    const [, length, width] = hidden.dims;
    // The first numbers of the first token, to compare with other programs.
    return sentences.map((_, row) => {
      const from = row * length * width;
      return Array.from(hidden.data.slice(from, from + 4) as Float32Array);
    });
  }

  async function translate(
    { ort, encoder, decoder }: { ort: Runtime; encoder: Session; decoder: Session },
    sentences: readonly Sentence[],
  ): Promise<number[][]> {
    const inputs = sourceInputs(ort, sentences, workload.padTokenId);
    const memory = await encoder.run(inputs);
    const { memory_value0: { dims: [rows, heads, , width] } } = memory;
    const none = new ort.Tensor("float32", new Float32Array(0), [rows, heads, 0, width]);
    const feeds: Tensors = { ...memory, bias: inputs.bias };
    const pastNames = decoder.inputNames.filter((name) => name.startsWith("past_"));
    for (const name of pastNames) feeds[name] = none;

    const { startTokenId, eosTokenId, newTokens, maxNewTokens } = workload;
    const outputs: number[][] = sentences.map(() => []);
    const finished = new Uint8Array(rows);
    let open = rows;
    let last = new BigInt64Array(rows).fill(BigInt(startTokenId));
    for (let step = 0; step < (newTokens ?? maxNewTokens) && open > 0; step++) {
      feeds.ids = new ort.Tensor("int64", last, [rows, 1]);
      const result = await decoder.run(feeds);
      last = result.best.data as BigInt64Array;
      for (let row = 0; row < rows; row++) {
        if (finished[row]) continue;
        const id = Number(last[row]);
        if (id === eosTokenId && newTokens === undefined) {
          finished[row] = 1;
          open--;
        } else {
          outputs[row].push(id);
        }
      }
      for (const name of pastNames) feeds[name] = result[name.replace("past", "present")];
    }
    return outputs;
  }
}

/** Ids `[batch, source]`, padded, and what to add to the scores. */
function sourceInputs(ort: Runtime, sentences: readonly Sentence[], padTokenId: number): Tensors {
  const length = Math.max(...sentences.map(({ ids }) => ids.length));
  const ids = new BigInt64Array(sentences.length * length).fill(BigInt(padTokenId));
  const bias = new Float32Array(sentences.length * length).fill(HIDDEN);
  for (const [row, sentence] of sentences.entries()) {
    for (const [i, id] of sentence.ids.entries()) {
      ids[row * length + i] = BigInt(id);
      bias[row * length + i] = 0;
    }
  }
  return {
    ids: new ort.Tensor("int64", ids, [sentences.length, length]),
    bias: new ort.Tensor("float32", bias, [sentences.length, 1, 1, length]),
  };
}

async function importRuntime(): Promise<Runtime> {
  const folder = `${cache}/node_modules/onnxruntime-${variant}`;
  if (variant === "node") {
    const { createRequire } = await import("node:module");
    return createRequire(`file://${folder}/`)(folder);
  }
  const ort: Runtime = await import(`file://${folder}/dist/ort.wasm.min.mjs`);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.wasm.wasmPaths = `file://${folder}/dist/`;
  ort.env.logLevel = "error";
  return ort;
}
