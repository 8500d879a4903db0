/**
 * How well `@heed/alignment` aligns: trains it on parallel text together with the sentences of a gold file, in both
 * directions, on words and on the tokens of a model, and prints alignment error rates.
 *
 *     deno run --allow-read --allow-write scripts/bench/alignment.ts --data train.tsv \
 *       [--gold testdata/alignment/en-de.tsv] [--model DIR] [--limit LINES] [--pharaoh FOLDER]
 *
 * `--pharaoh` writes the alignments of the gold sentences there.
 */
import { parseArgs } from "@std/cli";
import {
  type AlignmentModel,
  alignTokens,
  groupTokens,
  ParallelCorpus,
  symmetrizeAlignments,
  trainAligner,
} from "@heed/alignment";
import { readLines } from "@heed/checkpoint";
import { alignmentErrorRate, type AlignmentLink, formatPharaoh, parsePharaoh } from "@heed/metrics";
import { assets } from "@heed/model-en-de";
import { MarianTokenizer } from "@heed/tokenizer";

const args = parseArgs(Deno.args, {
  string: ["data", "gold", "model", "pharaoh"],
  default: { gold: "testdata/alignment/en-de.tsv", limit: Infinity },
});
if (!args.data) throw new TypeError("Cannot align without parallel text: give --data FILE.tsv");

/** Cuts a sentence into tokens, and says which of the given words each token belongs to. */
interface Cutter {
  cut(text: string, side: "source" | "target"): number[];
  wordsOf(
    words: readonly string[],
    side: "source" | "target",
  ): { ids: number[]; words: number[][] };
}

const gold = (await Deno.readTextFile(args.gold)).trimEnd().split("\n").map((line) => {
  const [source, target, links] = line.split("\t");
  return { source: source.split(" "), target: target.split(" "), links: parsePharaoh(links) };
});

for (const [level, cutter] of [["words", words()], ["tokens", await tokens(args.model)]] as const) {
  const corpus = new ParallelCorpus();
  let lines = 0;
  for await (const { text } of readLines(args.data)) {
    const [source, target] = text?.split("\t") ?? [];
    if (target) corpus.add(cutter.cut(source, "source"), cutter.cut(target, "target"));
    if (++lines >= args.limit) break;
  }
  const pairs = gold.map(({ source, target }) => ({
    source: cutter.wordsOf(source, "source"),
    target: cutter.wordsOf(target, "target"),
  }));
  for (const { source, target } of pairs) corpus.add(source.ids, target.ids);
  const forward = await train(corpus, `${level}, source to target`);
  const there = pairs.map(({ source, target }) => links(forward, source.ids, target.ids));
  const backward = await train(corpus.reversed(), `${level}, target to source`);
  const back = pairs.map(({ source, target }) =>
    links(backward, target.ids, source.ids)
      .map(({ source, target }) => ({ source: target, target: source }))
  );
  const results: Record<string, AlignmentLink[][]> = {
    "source to target": there,
    "target to source": back,
  };
  for (const method of ["intersection", "union", "grow-diag"] as const) {
    results[method] = there.map((links, i) => symmetrizeAlignments(links, back[i], method));
  }
  results["grow-diag-final-and"] = results["grow-diag"].map((links, i) =>
    finalAnd(links, [there[i], back[i]])
  );
  for (const [method, found] of Object.entries(results)) {
    const byWord = found.map((links, i) => toWords(links, pairs[i]));
    const { errorRate, precision, recall } = alignmentErrorRate(
      byWord,
      gold.map(({ links }) => links),
    );
    const percent = [errorRate, precision, recall].map((x) => (100 * x).toFixed(1));
    console.log(
      `${level}\t${method}\tAER ${percent[0]}\tprecision ${percent[1]}\trecall ${percent[2]}`,
    );
    if (args.pharaoh) {
      const name = `${args.pharaoh}/${level}.${method.replaceAll(" ", "-")}.pharaoh`;
      await Deno.writeTextFile(name, byWord.map((links) => formatPharaoh(links) + "\n").join(""));
    }
  }
}

async function train(corpus: ParallelCorpus, name: string): Promise<AlignmentModel> {
  const started = performance.now();
  const model = await trainAligner(corpus);
  const seconds = (performance.now() - started) / 1000;
  console.error(
    `${name}: ${corpus.pairs} pairs, ${corpus.source.length} and ${corpus.target.length} tokens, ` +
      `${model.table.targets.length} pairs of tokens, tension ${model.tension.toFixed(2)}, ` +
      `${seconds.toFixed(0)} s, ${(Deno.memoryUsage().rss / 1e6).toFixed(0)} MB; perplexity ` +
      model.logLikelihoods.map((x) => Math.exp(-x / corpus.target.length).toFixed(1)).join(" "),
  );
  return model;
}

function links(model: AlignmentModel, source: number[], target: number[]): AlignmentLink[] {
  return [...alignTokens(model, source, target)]
    .flatMap((from, to) => from < 0 ? [] : [{ source: from, target: to }]);
}

/** Adds the links of either direction whose words have none yet (Koehn et al. 2005). */
function finalAnd(links: AlignmentLink[], directions: AlignmentLink[][]): AlignmentLink[] {
  const result = [...links];
  const sources = new Set(links.map(({ source }) => source));
  const targets = new Set(links.map(({ target }) => target));
  for (const link of directions.flat()) {
    if (sources.has(link.source) || targets.has(link.target)) continue;
    result.push(link);
    sources.add(link.source);
    targets.add(link.target);
  }
  return result;
}

/** Links between words whose tokens are linked. */
function toWords(
  links: readonly AlignmentLink[],
  { source, target }: { source: { words: number[][] }; target: { words: number[][] } },
): AlignmentLink[] {
  return links.flatMap((link) =>
    source.words[link.source].flatMap((from) =>
      target.words[link.target].map((to) => ({ source: from, target: to }))
    )
  );
}

/** Words in small letters; punctuation marks are words. */
function words(): Cutter {
  const vocabularies = { source: new Map<string, number>(), target: new Map<string, number>() };
  const idOf = (word: string, side: "source" | "target") => {
    const vocabulary = vocabularies[side];
    const key = word.toLowerCase();
    let id = vocabulary.get(key);
    if (id === undefined) vocabulary.set(key, id = vocabulary.size);
    return id;
  };
  return {
    cut: (text, side) =>
      (text.match(/[\p{L}\p{N}\p{M}]+(?:[-'’][\p{L}\p{N}\p{M}]+)*|\S/gu) ?? [])
        .map((word) => idOf(word, side)),
    wordsOf: (words, side) => ({
      ids: words.map((word) => idOf(word, side)),
      words: words.map((_, i) => [i]),
    }),
  };
}

/** Tokens of a model. */
async function tokens(directory = assets.base.href): Promise<Cutter> {
  const base = new URL(directory.replace(/\/?$/, "/"), `file://${Deno.cwd()}/`);
  const read = (name: string) => Deno.readFile(new URL(name, base));
  const tokenizer = MarianTokenizer.load({
    sourceSpm: await read("source.spm"),
    targetSpm: await read("target.spm"),
    vocab: await Deno.readTextFile(new URL("vocab.json", base)),
    config: JSON.parse(await Deno.readTextFile(new URL("tokenizer_config.json", base))),
  });
  const encode = (text: string, side: "source" | "target") =>
    side === "source" ? tokenizer.encode(text) : tokenizer.encodeTarget(text);
  return {
    cut: (text, side) => encode(text, side).ids.slice(0, -1),
    wordsOf(words, side) {
      const { ids, tokens } = encode(words.join(" ").replace(/ (?=[.,?!])/g, ""), side);
      const { groups } = groupTokens(tokens.slice(0, -1), { words });
      const belongs = tokens.slice(0, -1).map((_, token) =>
        groups.flatMap((group, word) => group.includes(token) ? [word] : [])
      );
      return { ids: ids.slice(0, -1), words: belongs };
    },
  };
}
