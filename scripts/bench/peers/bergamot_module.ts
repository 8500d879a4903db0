/** Bergamot's WASM module under Deno, and models of it. */
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";

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
/** What Bergamot exports. */
export interface Bergamot {
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

/**
 * Loads a model.
 *
 * @param bergamot The module.
 * @param options The folder, which has `model.bin`, `vocab.spm`, and `lex.bin` where there is a shortlist; how to search.
 * @returns The model.
 */
export async function modelOf(
  bergamot: Bergamot,
  { folder, config }: { readonly folder: string; readonly config: string },
): Promise<object> {
  const { AlignedMemory, AlignedMemoryList, TranslationModel } = bergamot;
  const inMemory = (bytes: Uint8Array, alignment: number) => {
    const memory = new AlignedMemory(bytes.length, alignment);
    if (bytes.length > 0) memory.getByteArrayView().set(bytes);
    return memory;
  };
  const vocabularies = new AlignedMemoryList();
  vocabularies.push_back(inMemory(await Deno.readFile(`${folder}/vocab.spm`), 64));
  return new TranslationModel(
    config,
    inMemory(await Deno.readFile(`${folder}/model.bin`), 256),
    inMemory(await Deno.readFile(`${folder}/lex.bin`).catch(() => new Uint8Array(0)), 64),
    vocabularies,
    null,
  );
}

/**
 * Instantiates the module. It is a script for a worker: it finds `Module` and Node's names among the globals.
 *
 * @param folder The package of npm.
 * @returns What it exports.
 */
export function loadBergamot(folder: string): Promise<Bergamot> {
  const worker = `${folder}/worker/`;
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
