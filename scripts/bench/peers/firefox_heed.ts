/**
 * Runner of Heed on a model of Firefox's, text to text.
 *
 *     deno run --allow-all --no-lock firefox_heed.ts MODEL shortlist|whole WORKLOAD
 */
import { Seq2SeqEngine } from "@heed/engine";
import { openModel } from "@heed/model";
import { readShortlist } from "@heed/translation";
import { inBatches, type Setting, type Workload } from "./protocol.ts";
import { serve, silenceConsole } from "./serve.ts";

const [model, kind, workloadPath] = Deno.args;
silenceConsole();
await serve(load, workloadPath);

async function load({ sentences }: Workload) {
  const directory = await openModel(model);
  const tokenizer = await directory.marianTokenizer();
  const engine = await Seq2SeqEngine.load(directory, { dtype: "int8", threads: 1 });
  const shortlist = kind === "shortlist"
    ? await readShortlist(directory, engine.config)
    : undefined;
  return {
    program: `Heed int8, ${engine.simd}`,
    run: async ({ batch }: Setting) => {
      const outputs: string[] = [];
      for (const part of inBatches(sentences, batch)) {
        const inputs = part.map(({ text }) => tokenizer.encode(text).ids);
        const results = await engine.generate(inputs, {
          numBeams: 1,
          maxNewTokens: Math.floor(2.5 * Math.max(...inputs.map(({ length }) => length))),
          shortlist: shortlist && inputs.map((ids) => shortlist.select(ids)),
        });
        for (const [{ ids }] of results) outputs.push(tokenizer.decode(ids));
      }
      return outputs;
    },
  };
}
