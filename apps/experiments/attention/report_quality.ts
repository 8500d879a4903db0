import { type Architecture, architectures, names } from "./config.ts";
import { list, markdownTable, paragraph, plain, whole } from "./markdown.ts";
import { rangeOf } from "./report.ts";
import type { PairedComparison } from "./bootstrap.ts";
import type { BinScore, LengthBin, Results } from "./results.ts";

/** BLEU by length of the source, and what the paired bootstrap says. */
export function lengthSection({ scores, config }: Results): string[] {
  const { all, long, bins, attentionOnLong, transformerOnAll } = scores;
  const { longerThan, resamples } = config.scores;
  const rows: readonly (readonly [string, LengthBin])[] = [
    ...bins.map((bin) => [rangeOf(bin.least, bin.most), bin] as const),
    [`**over ${longerThan}**`, long],
    ["**all**", all],
  ];
  const columns = architectures.map((name) => names[name]);
  const table = markdownTable(
    ["words", "sentences", ...columns],
    rows.map(([title, { sentences, scores }]) => [
      title,
      whole(sentences),
      ...architectures.map((name) => bleuCell(scores[name])),
    ]),
  );
  const chrfTable = markdownTable(
    ["words", ...columns],
    rows.map(([title, { scores }]) => [
      title,
      ...architectures.map((name) => scores[name].chrf.toFixed(1)),
    ]),
  );
  return [
    "## BLEU by length of the source",
    "![BLEU by length of the source](./results/bleu-by-length.svg)",
    paragraph(`The shape to compare with is figure 2 of Bahdanau et al. (2015). BLEU, and where the
      middle 95 % of ${whole(resamples)} bootstrap resamples of the sentences lie (Koehn 2004):`),
    table,
    paragraph(`**Over ${longerThan} words**, on ${whole(long.sentences)} sentences, RNNsearch has
      ${bleu(long, "rnnsearch")} BLEU and RNNencdec ${bleu(long, "rnnencdec")}. ${
      comparison(attentionOnLong, "RNNsearch", resamples)
    }`),
    paragraph(`Over all sentences the Transformer has ${bleu(all, "transformer")} BLEU and RNNsearch
      ${bleu(all, "rnnsearch")}. ${comparison(transformerOnAll, "the Transformer", resamples)}`),
    keptText(bins),
    "chrF of the same translations:",
    chrfTable,
    paragraph(`BLEU \`${scores.bleuSignature}\`, chrF \`${scores.chrfSignature}\`.`),
  ];
}

function bleuCell({ bleu, interval: { low, high } }: BinScore): string {
  return `${bleu.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

function bleu({ scores }: LengthBin, name: Architecture): string {
  return scores[name].bleu.toFixed(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** What a paired bootstrap says about its first system. */
function comparison(
  { difference, low, high, notBetter }: PairedComparison,
  first: string,
  resamples: number,
): string {
  const verdict = low > 0
    ? `So ${first} is better on sentences like these.`
    : high < 0
    ? `So ${first} is worse on sentences like these.`
    : "The interval holds zero: other sentences might turn it around.";
  return `The difference is ${difference.toFixed(2)}, in the middle 95 % of paired resamples from ${
    low.toFixed(2)
  } to ${high.toFixed(2)}; in ${whole(notBetter * resamples)} of ${
    whole(resamples)
  } of them ${first} was
    not better. ${verdict}`;
}

/** How much of its BLEU each model keeps on the longest sentences. */
function keptText(bins: readonly LengthBin[]): string {
  const first = bins[0], last = bins.at(-1)!;
  const kept = architectures.map((name) => {
    const [short, long] = [first.scores[name].bleu, last.scores[name].bleu];
    return `${short === 0 ? "nothing (it had nothing)" : percent(long / short)} for ${names[name]}`;
  });
  return paragraph(
    `Of the BLEU on ${rangeOf(first.least, first.most)} words there remain on ${
      rangeOf(last.least, last.most)
    } words: ${kept.join(", ")}.`,
  );
}

/** One sentence of each length, in the words of each model. */
export function translationSection({ samples }: Results): string[] {
  return [
    "## In their own words",
    "Of each range of lengths the sentence in the middle of the list; nobody chose it.",
    ...samples.flatMap(({ words, source, reference, translations }) => [
      paragraph(`${words} words: ${plain(source)}`),
      list([
        `reference: ${plain(reference)}`,
        ...architectures.map((name) => `${names[name]}: ${plain(translations[name])}`),
      ]),
    ]),
  ];
}
