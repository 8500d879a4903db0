/**
 * Runner of Bergamot's WASM translator under Deno.
 *
 *     deno run --allow-all --no-lock bergamot.ts PACKAGE MODEL WORKLOAD
 *
 * MODEL has `model.bin`, `vocab.spm`, and `lex.bin` where a shortlist is to be used.
 *
 * Its products are the WASM SIMD ones of its own binary: the faster ones are built into Firefox alone.
 */
import { loadBergamot, modelOf } from "./bergamot_module.ts";
import type { Setting, Workload } from "./protocol.ts";
import { serve, silenceConsole } from "./serve.ts";

const [folder, model, workloadPath] = Deno.args;
silenceConsole();
await serve(load, workloadPath);

async function load(workload: Workload) {
  const { version } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
  const bergamot = await loadBergamot(folder);
  const service = new bergamot.BlockingService({ cacheSize: 0 });
  const translator = await modelOf(bergamot, { folder: model, config: configuration(workload) });
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
