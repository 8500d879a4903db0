/**
 * Looks for the head of a trained encoder that links *it* to its noun, and writes what was found to
 * apps/experiments/attention/COREFERENCE.md with a picture and a page of one sentence.
 *
 *     deno run --allow-read --allow-write --allow-env scripts/visualize/coreference.ts [MODEL_DIR] [FOLDER] [NAME]
 *     deno fmt apps/experiments/attention/COREFERENCE.md
 *
 * The sentences are those of testdata/coreference. The default model is the shipped one; MODEL_DIR may hold a
 * translator or an encoder such as BERT. NAME is what the report calls it.
 */
import { type AttentionRecord, averageHeads, mergeWords, splitLayers } from "@heed/alignment";
import { assets } from "@heed/model-en-de";
import { openTextEncoder } from "@heed/bert";
import { type AttentionMaps, openModel } from "@heed/model";
import { Translator } from "@heed/translation";
import { attentionHtml, linesSvg } from "@heed/visualize";
import { coreferenceReport, type Measured } from "./coreference_report.ts";
import { bestHead, lookAt, type Looked, parseSentences, scoreHead } from "./coreference_scores.ts";

const DATA = new URL("../../testdata/coreference/", import.meta.url);
const FOLDER = new URL("../../apps/experiments/attention/", import.meta.url);
const FILES = ["en.tsv", "en-number.tsv"];

/** What was measured on a file, and the attention behind it `[sentences][heads]`. */
interface Study extends Measured {
  readonly records: readonly (readonly AttentionRecord[])[];
}

/** Gives the attention of an encoder over a sentence, and its tokens. */
interface Reader extends Disposable {
  readonly read: (text: string) => Promise<{ encoder?: AttentionMaps; sourceTokens: string[] }>;
}

async function openReader(model: string | undefined): Promise<Reader> {
  const options = { device: "wasm", dtype: "fp32", threads: 1 } as const;
  if (model !== undefined) {
    const directory = await openModel(model);
    if ((await directory.family()).kind === "encoder") {
      const encoder = await openTextEncoder(directory, options);
      return {
        read: async (text) => {
          const { ids, tokens: sourceTokens } = encoder.tokenizer.encode(text);
          const { attentions } = await encoder.model.encode([ids], { outputAttentions: true });
          return { encoder: attentions![0], sourceTokens };
        },
        [Symbol.dispose]: () => encoder.dispose(),
      };
    }
  }
  const translator = await Translator.load(model ?? assets, options);
  return {
    read: (text) => translator.attention(text, { numBeams: 1 }),
    [Symbol.dispose]: () => translator.dispose(),
  };
}

async function study(file: string, { read }: Reader): Promise<Study> {
  const sentences = parseSentences(await Deno.readTextFile(new URL(file, DATA)));
  const records: AttentionRecord[][] = [];
  for (const { text } of sentences) {
    records.push(encoderRecords(await read(text)));
  }
  const looked = new Map<string, Looked[]>();
  const results = records[0].map(({ layer, head }, place) => {
    const own = sentences.map((sentence, i) => lookAt(records[i][place], sentence));
    if (head !== "mean") looked.set(`${layer} ${head}`, own);
    return scoreHead({ layer, head }, own);
  });
  return { file, sentences, looked, results, records };
}

/** The heads of each layer of the encoder, and then their mean. */
function encoderRecords(
  { encoder, sourceTokens }: Awaited<ReturnType<Reader["read"]>>,
): AttentionRecord[] {
  const heads = splitLayers(encoder!, {
    kind: "encoder-self",
    queryTokens: sourceTokens,
    keyTokens: sourceTokens,
  });
  return Array.from({ length: encoder!.layers }, (_, layer) => {
    const own = heads.filter((record) => record.layer === layer);
    return [...own, averageHeads(own)];
  }).flat();
}

/**
 * The sentence in which a head is most decided for the right noun. The head is the one whose *it* gives nouns most
 * attention: what others tell apart with a thousandth of theirs cannot be seen.
 */
function picture({ sentences, looked, results, records }: Study) {
  const best = bestHead(results, "noun");
  const own = looked.get(`${best.layer} ${best.head}`)!;
  const margins = own.map(({ noun, distractor }) => noun - distractor);
  const place = margins.indexOf(Math.max(...margins));
  const words = records[place].filter(({ head }) => head !== "mean")
    .map((record) => mergeWords(record));
  const record = words.find(({ layer, head }) => layer === best.layer && head === best.head)!;
  return {
    sentence: sentences[place],
    svg: linesSvg(record, {
      query: record.queryTokens.indexOf("it"),
      title: `What “it” attends to in layer ${best.layer}, head ${best.head}`,
    }),
    html: attentionHtml(words, { title: sentences[place].text }),
  };
}

if (import.meta.main) {
  const [model, path, named] = Deno.args;
  const folder = path === undefined ? FOLDER : new URL(`file://${await Deno.realPath(path)}/`);
  using reader = await openReader(model);
  const studies: Study[] = [];
  for (const file of FILES) studies.push(await study(file, reader));
  const { sentence, svg, html } = picture(studies[0]);
  const name = model === undefined
    ? `the shipped model, ${assets.name}`
    : named ?? `the model ${model}`;
  const report = coreferenceReport(studies, { model: name, shown: sentence });
  await Deno.writeTextFile(new URL("coreference.svg", folder), svg);
  await Deno.writeTextFile(new URL("coreference.html", folder), html);
  await Deno.writeTextFile(new URL("COREFERENCE.md", folder), report);
  console.log(folder.pathname);
}
