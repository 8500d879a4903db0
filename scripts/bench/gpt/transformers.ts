/**
 * Runner of @huggingface/transformers under Deno, on onnxruntime's WASM or its native library.
 *
 *     deno run --allow-all --no-lock transformers.ts web|node PACKAGES MODEL
 *
 * `PACKAGES`: a folder whose `node_modules` has it. The weights are int8 (q8).
 */
import { serve } from "./serve.ts";

interface Tensor {
  readonly dims: readonly number[];
  tolist(): bigint[][];
}
interface Model {
  generate(inputs: Record<string, unknown>): Promise<Tensor>;
}
interface Library {
  readonly env: Record<string, unknown> & { readonly version: string };
  readonly Tensor: new (type: string, data: BigInt64Array, dims: number[]) => Tensor;
  readonly GPT2LMHeadModel: {
    from_pretrained(path: string, options: Record<string, unknown>): Promise<Model>;
  };
}

const [variant, packages, model] = Deno.args;
console.log = console.info = console.warn = console.error;

const oneThread = { intraOpNumThreads: 1, interOpNumThreads: 1 };
const dist = `file://${packages}/node_modules/@huggingface/transformers/dist`;
if (variant === "web") {
  // The library takes what it finds under this symbol; its own build for the web does not load outside of browsers.
  const folder = `${packages}/node_modules/onnxruntime-web/dist`;
  const ort = await import(`file://${folder}/ort.wasm.min.mjs`);
  Object.assign(ort.env.wasm, { numThreads: 1, proxy: false, wasmPaths: `file://${folder}/` });
  Object.assign(globalThis, { [Symbol.for("onnxruntime")]: { ...ort } });
}
const library: Library = await import(`${dist}/transformers.node.mjs`);
const { env, Tensor, GPT2LMHeadModel } = library;
const [, place, name] = /^(.*\/)([^/]+)\/?$/.exec(model)!;
Object.assign(env, {
  allowRemoteModels: false,
  localModelPath: place,
  useFSCache: variant !== "web", // else it gives a path to what reads bytes
});
const loaded = await GPT2LMHeadModel.from_pretrained(name, {
  dtype: "q8",
  device: variant === "web" ? "auto" : "cpu",
  local_files_only: true,
  session_options: { ...oneThread, graphOptimizationLevel: "all" },
});
const version = `transformers.js ${env.version}, onnxruntime-${variant}`;
await serve(version, async (prompts, newTokens) => {
  const dims = [prompts.length, prompts[0].length];
  const data = BigInt64Array.from(prompts.flat(), BigInt);
  const ones = new BigInt64Array(data.length).fill(1n);
  const output = await loaded.generate({
    inputs: new Tensor("int64", data, dims),
    attention_mask: new Tensor("int64", ones, dims),
    max_new_tokens: newTokens,
    do_sample: false,
    eos_token_id: null,
  });
  return output.tolist().map((row) => row.slice(dims[1]).map(Number));
});
