/**
 * Runner of Bergamot's WASM translator under Deno.
 *
 *     deno run --allow-all --no-lock bergamot.ts PACKAGE MODEL WORKLOAD
 *
 * MODEL has `model.bin`, `vocab.spm`, and `lex.bin` where a shortlist is to be used.
 *
 * Its products are the WASM SIMD ones of its own binary: the faster ones are built into Firefox alone.
 */
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import type { Setting, Workload } from "./protocol.ts";
import { serve, silenceConsole } from "./serve.ts";

interface Memory {
  getByteArrayView(): Int8Array;
}
interface List<T> {
  push_back(item: T): void;
  delete(): void;
}
interface Response {
  getTranslatedText(): string;
}
interface Bergamot {
  AlignedMemory: new (size: number, alignment: number) => Memory;
  AlignedMemoryList: new () => List<Memory>;
  VectorString: new () => List<string>;
  VectorResponseOptions: new () => List<Record<string, boolean>>;
  TranslationModel: new (
    config: string,
    model: Memory,
    shortlist: Memory,
    vocabularies: List<Memory>,
    quality: null,
  ) => object;
  BlockingService: new (options: { cacheSize: number }) => {
    translate(
      model: object,
      texts: List<string>,
      options: List<Record<string, boolean>>,
    ): { get(index: number): Response; delete(): void };
  };
}

const [folder, model, workloadPath] = Deno.args;
silenceConsole();
await serve(load, workloadPath);

async function load(workload: Workload) {
  const { version } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
  const bergamot = await instantiate(`${folder}/worker/`);
  const { AlignedMemory, AlignedMemoryList, BlockingService, TranslationModel } = bergamot;
  const inMemory = (bytes: Uint8Array, alignment: number) => {
    const memory = new AlignedMemory(bytes.length, alignment);
    if (bytes.length > 0) memory.getByteArrayView().set(bytes);
    return memory;
  };
  const vocabularies = new AlignedMemoryList();
  vocabularies.push_back(inMemory(await Deno.readFile(`${model}/vocab.spm`), 64));
  const service = new BlockingService({ cacheSize: 0 });
  const translator = new TranslationModel(
    configuration(workload),
    inMemory(await Deno.readFile(`${model}/model.bin`), 256),
    inMemory(await Deno.readFile(`${model}/lex.bin`).catch(() => new Uint8Array(0)), 64),
    vocabularies,
    null,
  );
  return {
    program: `Bergamot ${version}`,
    run: ({ batch }: Setting) => {
      const outputs: string[] = [];
      const { sentences } = workload;
      for (let first = 0; first < sentences.length; first += batch) {
        const texts = new bergamot.VectorString(), options = new bergamot.VectorResponseOptions();
        const part = sentences.slice(first, first + batch);
        for (const { text } of part) {
          texts.push_back(text);
          options.push_back({ alignment: false, html: false, qualityScores: false });
        }
        const responses = service.translate(translator, texts, options);
        part.forEach((_, i) => outputs.push(responses.get(i).getTranslatedText()));
        for (const list of [responses, texts, options]) list.delete();
      }
      return Promise.resolve(outputs);
    },
  };
}

/** A text is one sentence. A fixed length is that of the source, for the end token is out of reach. */
function configuration({ newTokens, sentences }: Workload): string {
  const factor = newTokens === undefined ? 4 : newTokens / sentences[0].ids.length;
  return `beam-size: 1
normalize: 1.0
word-penalty: 0
cpu-threads: 0
gemm-precision: int8shiftAlphaAll
skip-cost: true
quiet: true
quiet-translation: true
ssplit-mode: sentence
max-length-break: 512
mini-batch-words: 100000
workspace: 256
max-length-factor: ${factor}
`;
}

/** The module is a script for a worker: it finds `Module` and Node's names among the globals. */
function instantiate(worker: string): Promise<Bergamot> {
  const compiled = new WebAssembly.Module(
    Deno.readFileSync(`${worker}bergamot-translator-worker.wasm`),
  );
  const { promise, resolve, reject } = Promise.withResolvers<Bergamot>();
  const globals = globalThis as unknown as Record<string, unknown>;
  const module = {
    onAbort: reject,
    onRuntimeInitialized: () => resolve(globals.Module as Bergamot),
    instantiateWasm(imports: WebAssembly.Imports, accept: (instance: unknown) => void) {
      let exports: Record<string, CallableFunction> = {};
      const products = ownProducts((name) => exports[name]);
      const instance = new WebAssembly.Instance(compiled, { ...imports, wasm_gemm: products });
      exports = instance.exports as Record<string, CallableFunction>;
      accept(instance);
      return exports;
    },
  };
  const script = `${worker}bergamot-translator-worker.js`;
  const { require, __dirname, __filename } = globals;
  Object.assign(globals, {
    Module: module,
    require: require ?? createRequire(`file://${script}`),
    __dirname: __dirname ?? worker,
    __filename: __filename ?? script,
  });
  runInThisContext(Deno.readTextFileSync(script));
  return promise;
}

/** The module imports its products, so that a browser may give better ones; here its own. */
function ownProducts(exported: (name: string) => CallableFunction): WebAssembly.ModuleImports {
  const names = [
    "int8_prepare_a",
    "int8_prepare_b",
    "int8_prepare_b_from_transposed",
    "int8_prepare_b_from_quantized_transposed",
    "int8_prepare_bias",
    "int8_multiply_and_add_bias",
    "int8_select_columns_of_b",
  ];
  const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(names.map((name) => {
    const own = `${camelCase(name)}Fallback`;
    return [name, (...values: unknown[]) => exported(own)(...values)];
  }));
}
