import { createModel, defaultRnnConfig } from "@heed/seq2seq";
import { Translator } from "@heed/translation";
import { run } from "../program.ts";
import { fakeHost, type FakeHostOptions } from "./fake_host.ts";

const [clearest] = JSON.parse(
  await Deno.readTextFile(new URL("../../../testdata/translation/golden.json", import.meta.url)),
).rows;

/** A sentence that the shipped model translates alike by whatever computes, and its translation. */
export const clearCase: { readonly source: string; readonly translation: string } = {
  source: clearest.source,
  translation: clearest.beam.translation,
};

/** Folder of the shipped model. */
export const shipped: URL = new URL("../../../packages/model-en-de/model/", import.meta.url);

type Load = typeof Translator.load;
/** Shipped models that are loaded, by their name and how. */
const loaded = new Map<string, Promise<Translator>>();

/** Loads a model on one thread; a shipped one, which no test changes, once for a file of tests. */
const load: Load = (model, options) => {
  const start = () => Translator.load(model, { ...options, threads: 1 });
  if (typeof model === "string" || !("base" in model)) return start();
  const key = JSON.stringify([model.name, options]);
  if (!loaded.has(key)) {
    loaded.set(
      key,
      start().then((translator) =>
        Object.assign(translator, { dispose() {}, [Symbol.dispose]() {} })
      ),
    );
  }
  return loaded.get(key)!;
};

/** Runs a command line with a host that loads real models. */
export async function heedInEarnest(
  args: readonly string[],
  options?: FakeHostOptions,
): Promise<{ exitCode: number; out: string; errors: string }> {
  const host = fakeHost(options);
  const exitCode = await run(args, { ...host, loadTranslator: load });
  return { exitCode, out: host.out(), errors: host.errors() };
}

/** A copy of the shipped model in a temporary folder. */
export async function copyOfShipped(): Promise<string> {
  const folder = await Deno.makeTempDir();
  for await (const { name } of Deno.readDir(shipped)) {
    await Deno.copyFile(new URL(name, shipped), `${folder}/${name}`);
  }
  return folder;
}

/** A recurrent model of random weights with the shipped model's vocabulary, in a temporary folder. */
export async function recurrentModel(
  architecture: "rnnsearch" | "rnnencdec",
): Promise<string> {
  const folder = await copyOfShipped();
  await Deno.remove(`${folder}/generation_config.json`);
  const { vocab_size: vocabSize } = JSON.parse(await Deno.readTextFile(`${folder}/config.json`));
  const config = defaultRnnConfig({
    vocabSize,
    architecture,
    embeddingSize: 8,
    encoderHiddenSize: 8,
    decoderHiddenSize: 8,
    attentionSize: 8,
  });
  using model = await createModel(config, { seed: 1, device: "wasm" });
  await model.save(folder);
  return folder;
}
